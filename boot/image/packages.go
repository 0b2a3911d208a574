package image

import (
	"bytes"
	"cmp"
	"debug/elf"
	"slices"
	"strings"
)

// PackageSizes are what the functions and the variables of a package take, in bytes.
type PackageSizes struct {
	Package string `json:"package"`
	Code    int64  `json:"code_bytes"`
	Data    int64  `json:"data_bytes"` // constants too
}

// MeasurePackages returns the sizes of the packages in an image with symbols, the largest first. What
// the linker makes for all of them is no package's: tables of functions and types, strings.
func MeasurePackages(whole []byte) ([]PackageSizes, error) {
	f, err := elf.NewFile(bytes.NewReader(whole))
	if err != nil {
		return nil, err
	}
	symbols, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	found := map[string]PackageSizes{}
	for _, s := range symbols {
		name := packageOf(s.Name)
		if name == "" || int(s.Section) >= len(f.Sections) {
			continue
		}
		p := found[name]
		p.Package = name
		if f.Sections[s.Section].Flags&elf.SHF_EXECINSTR != 0 {
			p.Code += int64(s.Size)
		} else {
			p.Data += int64(s.Size)
		}
		found[name] = p
	}
	var list []PackageSizes
	for _, p := range found {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b PackageSizes) int {
		return cmp.Or(cmp.Compare(b.Code+b.Data, a.Code+a.Data), strings.Compare(a.Package, b.Package))
	})
	return list, nil
}

// packageOf is the package in the name of a symbol: path.Name, where dots may be in the path before
// its last slash and slashes in type arguments. It is "" of what the linker makes, such as go:string.*
// and type:*.
func packageOf(symbol string) string {
	name, _, _ := strings.Cut(symbol, "[")
	slash := strings.LastIndex(name, "/") + 1
	last, _, ok := strings.Cut(name[slash:], ".")
	if !ok || strings.Contains(name, ":") {
		return ""
	}
	// The linker escapes dots of the last element.
	return strings.ReplaceAll(name[:slash]+last, "%2e", ".")
}

package image

import (
	"slices"
	"testing"
)

func TestPackageOf(t *testing.T) {
	for symbol, want := range map[string]string{
		"main.main":                              "main",
		"runtime.(*mheap).alloc":                 "runtime",
		"github.com/a/b.(*T[go.shape.int]).M":    "github.com/a/b",
		"sync/atomic.(*Pointer[net/netip.x]).Do": "sync/atomic",
		"gopkg.in/yaml%2ev3.Parse":               "gopkg.in/yaml.v3",
		"go:string.*":                            "",
		"type:.eq.sync/atomic.Uint64":            "",
		"undReturn":                              "",
	} {
		if got := packageOf(symbol); got != want {
			t.Errorf("%s: %q, want %q", symbol, got, want)
		}
	}
}

// A program's functions and variables are its packages', and take no more than there is.
func TestMeasurePackages(t *testing.T) {
	whole, stripped, err := Pack(program(t, "amd64"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := Measure(whole, stripped)
	if err != nil {
		t.Fatal(err)
	}
	list, err := MeasurePackages(whole)
	if err != nil {
		t.Fatal(err)
	}
	var code, data int64
	for _, p := range list {
		code, data = code+p.Code, data+p.Data
	}
	if code > all.Text || code < all.Text*9/10 || data > all.ReadOnly+all.Data+all.Zero || data == 0 {
		t.Errorf("%d bytes of code, %d of data in packages, %+v in all", code, data, all)
	}
	if i := slices.IndexFunc(list, func(p PackageSizes) bool { return p.Package == "runtime" }); i != 0 {
		t.Errorf("the runtime is not the largest: %+v", list[0])
	}
	if _, err := MeasurePackages(stripped); err == nil {
		t.Error("an image without symbols has packages")
	}
}

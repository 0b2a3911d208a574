package docs_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers are the folders of the kernel, the lowest first, and of the tools: each may import those
// before it, and itself.
var layers = [][]string{
	{"internal", "rt", "hal", "drivers", "kernel", "examples"},
	{"internal", "boot", "deploy", "qemu", "cmd"},
}

// exceptions are arrows that run back up, or across, each with its reason.
var exceptions = map[string]string{
	"qemu/images -> *":        "kernels that tests boot",
	"boot/verify/images -> *": "kernels that the verifier reads",
}

// No import of the project runs back up: what rt needs of a machine belongs to rt, and so on.
func TestLayers(t *testing.T) {
	const module = "github.com/tamagotake/tamagotake/"
	used := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "build" || name == "testdata" || strings.HasPrefix(name, "_") || len(name) > 2 && name[0] == '.') {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from, _ := filepath.Rel("..", filepath.Dir(path))
		from = filepath.ToSlash(from)
		for _, i := range f.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			if to, ok := strings.CutPrefix(p, module); ok && !allowed(from, to, used) {
				t.Errorf("%s imports %s", path, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for e := range exceptions {
		if !used[e] {
			t.Errorf("the exception %q is not needed", e)
		}
	}
}

func allowed(from, to string, used map[string]bool) bool {
	for _, l := range layers {
		f, g := slices.Index(l, top(from)), slices.Index(l, top(to))
		if f >= 0 && g >= 0 && g <= f && !strings.HasPrefix(from, "qemu/images/") && !strings.HasPrefix(from, "boot/verify/images/") {
			return true
		}
	}
	for e := range exceptions {
		who, whom, _ := strings.Cut(e, " -> ")
		within := from == who || strings.HasPrefix(from, who+"/")
		prefix, any := strings.CutSuffix(whom, "*")
		if within && (to == whom || any && strings.HasPrefix(to, prefix)) {
			used[e] = true
			return true
		}
	}
	return false
}

func top(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}

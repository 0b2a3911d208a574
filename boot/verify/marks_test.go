package verify

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/port"
)

// source writes the files of a package.
func source(t *testing.T, importPath string, files map[string]string) port.Package {
	t.Helper()
	p := port.Package{ImportPath: importPath, Dir: t.TempDir()}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(p.Dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		p.GoFiles = append(p.GoFiles, name)
	}
	return p
}

// A directive that is none, or that is where it means nothing, is an error with its place.
func TestMarksAreErrors(t *testing.T) {
	for _, x := range []struct{ name, code, want string }{
		{"misspelt", "//tamagotake:realtme\nfunc F() {}", "x.go:3: //tamagotake:realtme is no directive"},
		{"with a space", "// tamagotake:realtime\nfunc F() {}", "x.go:3: // tamagotake:realtime is no directive"},
		{"misspelt, with a space", "// tamagotake:realtme\nfunc F() {}", "x.go:3: // tamagotake:realtme is no directive: there are //tamagotake:realtime, //tamagotake:undo and //tamagotake:interrupt"},
		{"without a colon", "//tamagotake realtime\nfunc F() {}", "is no directive"},
		{"with a full stop", "// tamagotake:realtime.\nfunc F() {}", "is no directive"},
		{"of another name", "//tamago:realtime\nfunc F() {}", "x.go:3: //tamago:realtime is no directive"},
		{"of a misspelt name", "//tamagotaki:undo\nfunc F() {}", "is no directive"},
		{"with a space behind the colon", "//tamagotake: realtime\nfunc F() {}", "is no directive"},
		{"with capitals", "//Tamagotake:Realtime\nfunc F() {}", "is no directive"},
		{"in the other comment", "/*tamagotake:realtime*/\nfunc F() {}", "is no directive"},
		{"with something behind", "//tamagotake:realtime please\nfunc F() {}", "is no directive"},
		{"on a method of a value", "type T int\n//tamagotake:realtime\nfunc (T) F() {}", "x.go:4: F is a method of a value"},
		{"on a method of a generic type", "type T[E any] int\n//tamagotake:realtime\nfunc (t *T[E]) F() {}", "F has type parameters"},
		{"on a method of an alias", "type T int\ntype P = T\n//tamagotake:realtime\nfunc (*P) F() {}", "x.go:5: P is another name of a type"},
		{"on a generic function", "//tamagotake:realtime\nfunc F[T any]() {}", "F has type parameters"},
		{"on a variable", "//tamagotake:realtime\nvar F = func() {}", "is on no function"},
		{"on a type", "//tamagotake:undo\ntype F func()", "is on no function"},
		{"on a closure", "func G() {\n//tamagotake:realtime\nf := func() {}\nf()\n}", "x.go:4: //tamagotake:realtime is on no function"},
		{"a line apart", "//tamagotake:realtime\n\nfunc F() {}", "is on no function"},
		{"behind", "func F() {} //tamagotake:realtime", "is on no function"},
		{"two", "//tamagotake:realtme\nfunc F() {}\n//tamagotake:undo\nvar x int", "x.go:5: //tamagotake:undo is on no function"},

		{"right", "// F polls.\n//\n//tamagotake:realtime\nfunc F() {}", ""},
		{"with another directive", "//tamagotake:interrupt\n//go:nosplit\nfunc F() {}", ""},
		{"in prose", "// F is marked //tamagotake:realtime for a reason, and has\n// tamagotake:realtime in a line that goes on.\nfunc F() {}", "none"},
		{"a command in prose", "// F is what is behind\n// tamagotake run\nfunc F() {}", "none"},
		{"in a string", "const s = \"//tamagotake:realtme\"", "none"},
	} {
		list, err := marks([]port.Package{source(t, "x/y", map[string]string{"x.go": "package main\n\n" + x.code})}, "x/y")
		switch {
		case x.want != "" && x.want != "none":
			if err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("%s: %v, want %q", x.name, err, x.want)
			}
		case err != nil:
			t.Errorf("%s: %v", x.name, err)
		case x.want == "" && (len(list) != 1 || list[0].name != "main.F"):
			t.Errorf("%s: %v", x.name, list)
		case x.want == "none" && len(list) != 0:
			t.Errorf("%s: %v", x.name, list)
		}
	}
}

// Marked functions have the linker's names.
func TestNamesOfMarks(t *testing.T) {
	mark := func(name string) string { return "\n//tamagotake:realtime\nfunc " + name + "() {}\n" }
	list, err := marks([]port.Package{
		source(t, "example.com/a.b/lib/c.d", map[string]string{"lib.go": "package cd\ntype T int\n" + mark("library") + mark("(*T) unnamed") + mark("(t *T) method")}),
		source(t, "example.com/a.b/cmd", map[string]string{"main.go": "package main\n" + mark("here"), "more.go": "package main\n" + mark("there")}),
	}, "example.com/a.b/cmd")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		got = append(got, m.name)
	}
	slices.Sort(got)
	want := []string{"example.com/a.b/lib/c%2ed.(*T).method", "example.com/a.b/lib/c%2ed.(*T).unnamed", "example.com/a.b/lib/c%2ed.library", "main.here", "main.there"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A source file of a dependency has its module's version in its name.
func TestImportPath(t *testing.T) {
	for file, want := range map[string]string{
		"fmt/print.go":                        "fmt",
		"example.com/app/main.go":             "example.com/app",
		"example.com/lib@v1.2.3/a/b.go":       "example.com/lib/a",
		"example.com/lib/v2@v2.0.0-rc.1/b.go": "example.com/lib/v2",
		"<autogenerated>":                     ".",
	} {
		if got := importPath(file); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

// A mark of the program that its image has no function for is an error that says why; of a
// library, an image may use less than there is.
func TestMarksThatAreMissing(t *testing.T) {
	name, linked, packages := buildImage(t, "amd64", "boot/verify/images/refused")
	im, err := open(name, linked)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ name, pkg, want string }{
		{"main.dropped", "main", "nothing refers to it"},
		{"main.inlined", "main", "was inlined"},
	} {
		if len(im.named(x.name)) != 0 {
			t.Errorf("the image has %s", x.name)
		}
		if err := (marked{name: x.name, pkg: x.pkg, mark: mark, place: "x.go:1"}).missing(im); !strings.Contains(err.Error(), x.want) || !strings.HasPrefix(err.Error(), "x.go:1: ") {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	library := source(t, "github.com/tamagotake/tamagotake/rt/task", map[string]string{"x.go": "package task\n\n//tamagotake:realtime\nfunc notUsed() {}\n"})
	v, err := Image(name, linked, append(packages, library))
	if err != nil {
		t.Fatal(err)
	}
	if len(v.unused) != 1 || v.unused[0].name != "github.com/tamagotake/tamagotake/rt/task.notUsed" {
		t.Errorf("unused: %v", v.unused)
	}
}

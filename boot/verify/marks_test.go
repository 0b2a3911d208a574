package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// source writes a package into a module of its own and returns its directory.
func source(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(name), 0o755)
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A directive that is none, or that is where it means nothing, is an error with its place.
func TestMarksAreErrors(t *testing.T) {
	im := &image{goos: "linux", goarch: "arm", tags: []string{"tamago"}, main: "x/y"}
	for _, x := range []struct{ name, code, want string }{
		{"misspelt", "//tamagotake:realtme\nfunc F() {}", "x.go:3: //tamagotake:realtme is no directive"},
		{"with a space", "// tamagotake:realtime\nfunc F() {}", "x.go:3: // tamagotake:realtime is no directive"},
		{"with a space behind the colon", "//tamagotake: realtime\nfunc F() {}", "is no directive"},
		{"with capitals", "//Tamagotake:Realtime\nfunc F() {}", "is no directive"},
		{"in the other comment", "/*tamagotake:realtime*/\nfunc F() {}", "is no directive"},
		{"with something behind", "//tamagotake:realtime please\nfunc F() {}", "is no directive"},
		{"on a method", "type T int\n//tamagotake:realtime\nfunc (T) F() {}", "x.go:4: F is a method"},
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
		{"in a string", "const s = \"//tamagotake:realtme\"", "none"},
	} {
		dir := source(t, map[string]string{"go.mod": "module x\n", "y/x.go": "package main\n\n" + x.code})
		list, err := marks(dir, im)
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

// Marks count where the image has the file: by its machine, its tags, its command.
func TestMarksOfImage(t *testing.T) {
	mark := func(name string) string { return "\n//tamagotake:realtime\nfunc " + name + "() {}\n" }
	dir := source(t, map[string]string{
		"go.mod":              "module example.com/a.b\n",
		"cmd/main.go":         "package main\n" + mark("here"),
		"cmd/x_amd64.go":      "package main\n" + mark("otherMachine"),
		"cmd/tag.go":          "//go:build tamago && stock\n\npackage main\n" + mark("tagged"),
		"cmd/other.go":        "//go:build !tamago\n\npackage main\n" + mark("otherTag"),
		"cmd/x_test.go":       "package main\n" + mark("test"),
		"tool/main.go":        "package main\n" + mark("otherCommand"),
		"lib/c.d/lib.go":      "package cd\n" + mark("library"),
		"lib/testdata/x.go":   "package x\n" + mark("data"),
		"lib/c.d/_old/old.go": "package x\n" + mark("ignored"),
	})
	im := &image{goos: "linux", goarch: "arm", tags: []string{"tamago", "stock"}, main: "example.com/a.b/cmd"}
	list, err := marks(dir, im)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		got = append(got, m.name)
	}
	slices.Sort(got)
	want := []string{"example.com/a.b/lib/c%2ed.library", "main.here", "main.tagged"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A mark of the program that its image has no function for is an error that says why; of a
// library, an image may use less than there is.
func TestMarksThatAreMissing(t *testing.T) {
	t.Chdir("../..")
	name := buildImage(t, "amd64", "./boot/verify/bad")
	im, err := open(name)
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
		if err := (marked{x.name, x.pkg, mark, "x.go:1"}).missing(im); !strings.Contains(err.Error(), x.want) || !strings.HasPrefix(err.Error(), "x.go:1: ") {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	library := source(t, map[string]string{
		"go.mod":         "module github.com/tamagotake/tamagotake\n",
		"rt/task/x.go":   "package task\n\n//tamagotake:realtime\nfunc notUsed() {}\n",
		"rt/absent/x.go": "package absent\n\n//tamagotake:realtime\nfunc notLinked() {}\n",
	})
	v, err := run(name, []string{"boot/verify/bad", library})
	if err != nil {
		t.Fatal(err)
	}
	if len(v.unused) != 1 || v.unused[0].name != "github.com/tamagotake/tamagotake/rt/task.notUsed" {
		t.Errorf("unused: %v", v.unused)
	}
}

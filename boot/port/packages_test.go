package port

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The packages of a program are those that it imports, with the files that the target and its tags
// choose, of whatever module they are.
func TestPackages(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a Go tree")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"app/go.mod":            "module example.com/app\n\ngo 1.26\n\nrequire example.org/lib v1.0.0\n\nreplace example.org/lib => ../lib\n",
		"app/main.go":           "package main\n\nimport _ \"example.com/app/part\"\n\nfunc main() {}\n",
		"app/x_amd64.go":        "package main\n",
		"app/tag.go":            "//go:build tamago && mine\n\npackage main\n",
		"app/other.go":          "//go:build !tamago\n\npackage main\n",
		"app/x_test.go":         "package main\n",
		"app/part/part.go":      "package part\n\nimport (\n\t_ \"example.org/lib/a.b\"\n\t_ \"fmt\"\n)\n",
		"app/unused/x.go":       "package unused\n",
		"lib/go.mod":            "module example.org/lib\n\ngo 1.26\n",
		"lib/a.b/a.go":          "package ab\n",
		"lib/a.b/testdata/x.go": "package x\n",
	} {
		name = filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(name), 0o755)
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(dir, "app"))
	target, err := Lookup("arm")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Stock(Releases[0], target, "mine")
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Packages(".")
	want := []Package{
		{"example.org/lib/a.b", filepath.Join(dir, "lib", "a.b"), []string{"a.go"}},
		{"example.com/app/part", filepath.Join(dir, "app", "part"), []string{"part.go"}},
		{"example.com/app", filepath.Join(dir, "app"), []string{"main.go", "tag.go"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for pkg, want := range map[string]string{"./part": "./part is package part", "./none": "not found", "./...": "several"} {
		if _, err := c.Packages(pkg); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", pkg, err)
		}
	}
}

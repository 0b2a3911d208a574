package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Bad names are one line each, and nothing is written.
func TestDriverNames(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "uart"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Uart":                  "cannot be a package's name",
		"my-uart":               "cannot be a package's name",
		"my_uart":               "cannot be a package's name",
		"16550":                 "cannot be a package's name",
		"a b":                   "cannot be a package's name",
		"süß":                   "cannot be a package's name",
		"x\n":                   "cannot be a package's name",
		strings.Repeat("a", 21): "too long",
		"range":                 "a word of the language",
		"string":                "a word of the language",
		"vendor":                "in its own way",
		"internal":              "in its own way",
		"task":                  "every driver imports",
		"uart":                  "there is a " + filepath.Join(dir, "uart") + " already",
	} {
		_, err := writeDriver(filepath.Join(dir, name))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q in one line", name, err, want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d directories are left", len(left))
	}
}

// What is written is formatted, is vetted, and its test passes, as a package of this module.
func TestSkeleton(t *testing.T) {
	const name = "zz0123456789012345678" // nobody's
	dir := t.TempDir()
	files, err := writeDriver(filepath.Join(dir, name[:nameMax]))
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	for _, f := range files {
		replace[filepath.Join(root, "drivers", name[:nameMax], filepath.Base(f))] = f
		if out, err := exec.Command("gofmt", "-l", f).CombinedOutput(); err != nil || len(out) != 0 {
			t.Errorf("gofmt: %v %s", err, out)
		}
	}
	overlay := filepath.Join(dir, "overlay.json")
	text, _ := json.Marshal(map[string]any{"Replace": replace})
	if err := os.WriteFile(overlay, text, 0o644); err != nil {
		t.Fatal(err)
	}
	// Compiled and then run, without vet: go test and go vet want to be in the directory of
	// the package, which is only in the overlay.
	binary := filepath.Join(dir, "test")
	build := exec.Command("go", "test", "-c", "-vet=off", "-o", binary, "-overlay", overlay, "./drivers/"+name[:nameMax])
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(binary, "-test.v").CombinedOutput()
	if err != nil || strings.Count(string(out), "--- PASS") != 3 {
		t.Errorf("%v\n%s", err, out)
	}
}

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestRenamer(t *testing.T) {
	replace := renamer("example.org/a", "example.com/b/c")
	for text, want := range map[string]string{
		"module example.org/a\n":                   "module example.com/b/c\n",
		"import \"example.org/a/rt\"":              "import \"example.com/b/c/rt\"",
		"import \"example.org/a\"":                 "import \"example.com/b/c\"",
		"`example.org/a`, example.org/a":           "`example.com/b/c`, example.com/b/c",
		"\"module example.org/a\\n\"":              "\"module example.com/b/c\\n\"",
		"//go:linkname x example.org/a/hal.Now":    "//go:linkname x example.com/b/c/hal.Now",
		"\tCALL\texample·org∕a∕hal·press(SB)":      "\tCALL\texample·com∕b∕c∕hal·press(SB)",
		"import \"example.org/abc\"":               "import \"example.org/abc\"",
		"other.example.org/a/rt, x/example.org/a/": "other.example.org/a/rt, x/example.org/a/",
	} {
		if got := string(replace([]byte(text))); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestBadPath(t *testing.T) {
	for _, path := range []string{"", "kernel", "Example.org/x", "example.org/", "example.org/a b", "/x"} {
		if _, err := setModule(t.TempDir(), path); err == nil || !strings.Contains(err.Error(), "want one such as") {
			t.Errorf("%q: %v", path, err)
		}
	}
}

// A copy of the repository under another path: the old one is nowhere, and what names packages by
// their paths, imports, linknames and assembly, still builds.
func TestRepository(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the repository once more")
	}
	root, copied := filepath.Join("..", ".."), t.TempDir()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(mod), "\n")
	old := strings.TrimPrefix(first, "module ")
	run := func(dir, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd, err, out)
		}
	}
	run(root, "sh", "-c", `git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$0"`, copied)
	run(copied, "git", "init", "-q")
	run(copied, "git", "add", ".")
	const path = "example.org/kernels/another"
	if changed, err := setModule(copied, path); err != nil || changed < 300 {
		t.Fatalf("%d files changed, %v", changed, err)
	}
	tracked := exec.Command("git", "ls-files")
	tracked.Dir = copied
	list, err := tracked.Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(list)) {
		name = strings.TrimSuffix(name, "\n")
		text, err := os.ReadFile(filepath.Join(copied, name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(old)) {
			t.Errorf("%s: %s is still there", name, old)
		}
	}
	run(copied, "go", "vet", "./rt/...")
	for _, arch := range []string{"amd64", "arm"} {
		run(copied, "go", "run", "./cmd/tamagotake", "build", "-arch", arch, "-o", filepath.Join(copied, arch), "./qemu/images/sealed")
	}
}

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// lay lays the port over the Go tree that runs this test.
func lay(t *testing.T, arch, src string) (map[string]string, error) {
	t.Helper()
	own, err := filepath.Abs("_own")
	if err != nil {
		t.Fatal(err)
	}
	return layOut(targets[arch], src, own, t.TempDir())
}

func gorootSrc(t *testing.T) string {
	t.Helper()
	root, err := goEnv("GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "src")
}

func TestLayOut(t *testing.T) {
	if runtime.Version() != release {
		t.Fatalf("this is %s, the port is for %s", runtime.Version(), release)
	}
	src := gorootSrc(t)
	for arch, target := range targets {
		t.Run(arch, func(t *testing.T) {
			replace, err := lay(t, arch, src)
			if err != nil {
				t.Fatal(err)
			}
			for path, with := range replace {
				if with == "" {
					continue
				}
				if _, err := os.Stat(with); err != nil {
					t.Errorf("%s is to be replaced by a file that is not there: %v", path, err)
				}
			}
			for from := range target.own {
				if strings.HasSuffix(from, ".s") && strings.HasPrefix(from, "goos/") {
					t.Errorf("%s: package runtime/goos must have no assembly", from)
				}
			}
		})
	}
}

// Every own file is laid somewhere: one that is in no target is dead.
func TestOwnFilesAreUsed(t *testing.T) {
	used := map[string]bool{}
	for _, target := range targets {
		for from := range target.own {
			used[from] = true
		}
	}
	err := filepath.WalkDir("_own", func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if rel, _ := filepath.Rel("_own", path); !used[filepath.ToSlash(rel)] {
				t.Errorf("%s is in no target", path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The Go tree must come out of it untouched: no value of the overlay lies in it.
func TestGoTreeIsNotWritten(t *testing.T) {
	src := gorootSrc(t)
	replace, err := lay(t, "amd64", src)
	if err != nil {
		t.Fatal(err)
	}
	for _, with := range replace {
		if strings.HasPrefix(with, src) {
			t.Errorf("%s lies in the Go tree", with)
		}
	}
}

func TestApply(t *testing.T) {
	e := edit{file: "runtime/x.go", anchor: "old", with: "new"}
	for _, c := range []struct {
		text, want, err string
	}{
		{"an old thing", "an new thing", ""},
		{"nothing of it", "", `runtime/x.go: anchor "old" found 0 times, wanted once as in ` + release},
		{"old and old", "", `runtime/x.go: anchor "old" found 2 times, wanted once as in ` + release},
	} {
		got, err := e.apply(c.text)
		if got != c.want || (err == nil) != (c.err == "") || (err != nil && err.Error() != c.err) {
			t.Errorf("%q: got %q, %v; want %q, %q", c.text, got, err, c.want, c.err)
		}
	}
}

// A release that moved something is refused with one line: for each edit, a tree
// in which its anchor is gone.
func TestMovedAnchorIsRefused(t *testing.T) {
	src := gorootSrc(t)
	for _, e := range edits {
		arch := e.arch
		if arch == "" {
			arch = "arm"
		}
		data, err := os.ReadFile(filepath.Join(src, e.file))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.apply(strings.Replace(string(data), e.anchor, "", 1)); err == nil {
			t.Errorf("%s: edit %q was made although its place is gone", e.file, e.why)
		} else if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), e.file) || !strings.Contains(err.Error(), release) {
			t.Errorf("%s: the refusal must be one line with file and release: %q", arch, err)
		}
		if e.why == "" {
			t.Errorf("%s: an edit without a reason", e.file)
		}
	}
}

func TestDroppedFileIsMissed(t *testing.T) {
	dir := t.TempDir() // a Go tree with nothing in it
	_, err := lay(t, "amd64", dir)
	if err == nil || !strings.Contains(err.Error(), "is not there to leave out") {
		t.Errorf("an empty Go tree was accepted: %v", err)
	}
}

func TestUsageErrors(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "usage"},
		{[]string{"build", "-arch", "mips"}, `no target "mips": there are amd64 and arm`},
		{[]string{"build", "-arch", "arm", "-dir", t.TempDir()}, "build needs -o FILE and one package"},
		{[]string{"flash", "-dir", t.TempDir()}, "usage"},
	} {
		if err := run(c.args); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.args, err, c.want)
		}
	}
}

package port

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pinned returns the source tree of the pinned release.
func pinned(t *testing.T) (goroot string) {
	t.Helper()
	goroot, err := findRelease(Releases[0])
	if err != nil {
		t.Fatal(err)
	}
	return goroot
}

func TestApply(t *testing.T) {
	e := edit{file: "runtime/x.go", anchor: "old", with: "new"}
	for _, c := range []struct {
		text, want, err string
	}{
		{"an old thing", "an new thing", ""},
		{"nothing of it", "", `go1.2.3: runtime/x.go: anchor "old" found 0 times, want 1`},
		{"old and old", "", `go1.2.3: runtime/x.go: anchor "old" found 2 times, want 1`},
	} {
		got, err := e.apply("go1.2.3", c.text)
		if got != c.want || (err == nil) != (c.err == "") || (err != nil && err.Error() != c.err) {
			t.Errorf("%q: got %q, %v; want %q, %q", c.text, got, err, c.want, c.err)
		}
	}
}

func TestAppliesTo(t *testing.T) {
	for _, c := range []struct {
		releases string
		release  string
		want     bool
	}{
		{"", "go1.26.8", true},
		{"go1.26", "go1.26.8", true},
		{"go1.26", "go1.27.3", false},
		{"go1.2", "go1.26.8", false},
		{"go1.26.8", "go1.26.8", true},
		{"go1.26.8", "go1.26.80", false},
		{"go1.26 go1.27", "go1.27.3", true},
	} {
		e := edit{releases: strings.Fields(c.releases)}
		if got := e.appliesTo(c.release); got != c.want {
			t.Errorf("edit for %q, release %s: %v", c.releases, c.release, got)
		}
	}
}

// Each edit whose anchor is missing is refused with one line that names the file, and Check reports
// it.
func TestMovedAnchorIsRefused(t *testing.T) {
	src := filepath.Join(pinned(t), "src")
	if broken := Check(Releases[0], src); len(broken) != 0 {
		t.Fatalf("the pinned release does not fit: %v", broken)
	}
	for _, e := range edits {
		if e.why == "" {
			t.Errorf("%s: edit without a reason", e.file)
		}
		if !e.appliesTo(Releases[0]) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(src, e.file))
		if err != nil {
			t.Fatal(err)
		}
		moved := t.TempDir()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(moved, e.file)), 0o755); err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(data), e.anchor, "", 1)
		if err := os.WriteFile(filepath.Join(moved, e.file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err = e.apply(Releases[0], text)
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), e.file) {
			t.Errorf("%s, %s: got %v, want one line that names the file", e.file, e.why, err)
		}
		found := false
		for _, b := range Check(Releases[0], moved) {
			found = found || err != nil && strings.HasPrefix(b.Error(), err.Error())
		}
		if !found {
			t.Errorf("%s, %s: Check does not report it", e.file, e.why)
		}
	}
}

// A file to drop, and one to replace, that are missing.
func TestCheckFiles(t *testing.T) {
	broken := Check(Releases[0], t.TempDir())
	for _, want := range append([]string{"syscall/asm_linux_arm.s"}, dropped...) {
		found := false
		for _, b := range broken {
			found = found || strings.Contains(b.Error(), want)
		}
		if !found {
			t.Errorf("%s: not reported", want)
		}
	}
}

func TestUnknownRelease(t *testing.T) {
	_, err := Tree("go1.20")
	if err == nil || err.Error() != "no port for go1.20: there are ports for go1.26.8 and go1.27.3" {
		t.Error(err)
	}
}

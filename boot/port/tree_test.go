package port

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A tree has the edited files, the port's own files, and copies of the rest.
func TestTree(t *testing.T) {
	goroot, cache := pinned(t), t.TempDir()
	dirs := make([]string, 4)
	var wg sync.WaitGroup
	for i := range dirs { // processes that need it at the same time
		wg.Go(func() {
			var err error
			if dirs[i], err = makeTree(Releases[0], goroot, cache); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if entries, err := os.ReadDir(cache); err != nil || len(entries) != 1 {
		t.Fatalf("%d entries in the cache, %v", len(entries), err)
	}
	tree := dirs[0]
	edited, misfits := fit(Releases[0], filepath.Join(goroot, "src"))
	if len(misfits) > 0 {
		t.Fatal(misfits)
	}
	own, copies := ownFiles(), 0
	err := filepath.WalkDir(filepath.Join(tree, "src"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		name, _ := filepath.Rel(filepath.Join(tree, "src"), path)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		want, ok := own[name]
		if !ok {
			want, ok = edited[name]
		}
		if !ok {
			copies++
			if want, err = os.ReadFile(filepath.Join(goroot, "src", name)); err != nil {
				return err
			}
		}
		if !bytes.Equal(data, want) {
			t.Errorf("%s: not what it is made of", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if copies < 4000 {
		t.Errorf("%d files copied", copies)
	}
	for _, name := range dropped {
		if _, err := os.Stat(filepath.Join(tree, "src", name)); err == nil {
			t.Errorf("%s: dropped, and there", name)
		}
	}
	for name := range own {
		if _, err := os.Stat(filepath.Join(tree, "src", name)); err != nil {
			t.Error(err)
		}
	}
	// No directory that the go command writes to leads into the installed Go.
	for _, name := range []string{".", "bin", "pkg", "pkg/tool", "src", "src/fmt", "src/runtime/goos"} {
		if info, err := os.Lstat(filepath.Join(tree, name)); err != nil || !info.IsDir() {
			t.Errorf("%s: %v, %v; want a directory", name, info, err)
		}
	}
}

// The name of a Go release may be a link; what is no release is refused, and leaves nothing.
func TestTreeOfLink(t *testing.T) {
	goroot, cache, dir := pinned(t), t.TempDir(), t.TempDir()
	link := filepath.Join(dir, "go")
	if err := os.Symlink(goroot, link); err != nil {
		t.Fatal(err)
	}
	tree, err := makeTree(Releases[0], link, cache)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(tree, "bin", "go")); err != nil {
		t.Error(err)
	}
	again, err := makeTree(Releases[0], goroot, cache)
	if err != nil || again != tree {
		t.Errorf("%s, %v; want %s", again, err, tree)
	}
	if tree, err := makeTree(Releases[0], dir, cache); err == nil || !strings.Contains(err.Error(), "is no whole Go release") {
		t.Errorf("%s, %v", tree, err)
	}
	if entries, _ := os.ReadDir(cache); len(entries) != 1 {
		t.Errorf("%d entries in the cache", len(entries))
	}
}

// What go env -w has set does not reach the build, and outside of a module there is one line.
func TestForeignSettings(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "env")
	if err := os.WriteFile(file, []byte("GOFLAGS=-race\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOENV", file)
	target, err := Lookup("arm")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Stock(Releases[0], target, "")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := c.Command("go", "env", "GOFLAGS").Output(); err != nil || strings.Contains(string(out), "race") {
		t.Errorf("%s, %v", out, err)
	}
	t.Chdir(dir)
	if _, err := c.PlainEnv(); err == nil || err.Error() != "there is no go.mod here, nor above" {
		t.Error(err)
	}
}

// Every directory of own files goes somewhere.
func TestOwnDirs(t *testing.T) {
	entries, err := own.ReadDir("_own")
	if err != nil || len(entries) != len(ownDirs) {
		t.Errorf("%d directories, %v; ownDirs has %d", len(entries), err, len(ownDirs))
	}
	for _, e := range entries {
		if _, ok := ownDirs[e.Name()]; !ok {
			t.Errorf("_own/%s is in no tree", e.Name())
		}
	}
}

// prune removes trees that were unused for a month, and keeps the others.
func TestPrune(t *testing.T) {
	cache := t.TempDir()
	old := time.Now().Add(-31 * 24 * time.Hour)
	for name, at := range map[string]time.Time{"go1.26.7-old": old, "go1.26.7-used": time.Now(), "partial-1": old, "partial-2": time.Now(), "notes": old} {
		dir := filepath.Join(cache, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(dir, at, at); err != nil {
			t.Fatal(err)
		}
	}
	prune(cache)
	var left []string
	entries, _ := os.ReadDir(cache)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if want := []string{"go1.26.7-used", "notes", "partial-2"}; !slices.Equal(left, want) {
		t.Errorf("%q is left, want %q", left, want)
	}
}

// The go command in PATH may be that of a tree, as after tamagotake env: the release is found
// all the same, and no tree is made of a tree.
func TestTreeOfTree(t *testing.T) {
	tree, err := Tree(Releases[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Join(tree, "bin")+":"+os.Getenv("PATH"))
	t.Setenv("GOROOT", tree)
	t.Setenv("GOTOOLCHAIN", "local")
	again, err := Tree(Releases[0])
	if err != nil || again != tree {
		t.Errorf("%s, %v; want %s", again, err, tree)
	}
}

// A release that the go command has fetched lies in the module cache, where -overlay replaces no
// files. Here it is a copy, with another module cache, and its go command is the first in PATH.
// Neither that Go nor the installed one is changed by a build.
func TestGoInModuleCache(t *testing.T) {
	if testing.Short() {
		t.Skip("copies a Go release, and builds with it")
	}
	goroot := pinned(t)
	modules := goEnv(t, "GOMODCACHE")
	cache := t.TempDir()
	other := filepath.Join(cache, "golang.org", "toolchain@v0.0.1-"+Releases[0]+".linux-amd64")
	if err := os.MkdirAll(other, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"VERSION", "go.env", "bin", "lib", "pkg", "src"} {
		if out, err := exec.Command("cp", "-a", filepath.Join(goroot, name), other).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	before := []string{digest(t, goroot), digest(t, other)}
	for name, value := range map[string]string{
		"PATH":       filepath.Join(other, "bin") + ":" + os.Getenv("PATH"),
		"GOMODCACHE": cache, "GOPROXY": "file://" + filepath.Join(modules, "cache", "download"), "GONOSUMDB": "*",
		"XDG_CACHE_HOME": t.TempDir(), "GOCACHE": goEnv(t, "GOCACHE"),
		"GOROOT": "", "GOTOOLCHAIN": "",
	} {
		t.Setenv(name, value)
	}
	os.Unsetenv("GOROOT")
	t.Cleanup(func() { // modules are read-only
		exec.Command("chmod", "-R", "u+w", cache).Run()
	})
	target, err := Lookup("amd64")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Stock(Releases[0], target, "")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "early")
	cmd, err := c.Link("github.com/tamagotake/tamagotake/qemu/images/early", out, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, text)
	}
	if info, err := os.Stat(out); err != nil || info.Size() < 1<<20 {
		t.Errorf("%v, %v", info, err)
	}
	if after := []string{digest(t, goroot), digest(t, other)}; !slices.Equal(after, before) {
		t.Errorf("the build has written to a Go tree: %q, before %q", after, before)
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// digest of the names and contents of all files below a directory.
func digest(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %v\n", path, d.Type())
		if !d.Type().IsRegular() {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(h, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

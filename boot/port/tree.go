package port

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

//go:embed _own
var own embed.FS

// ownFiles returns the port's own files, by their names below GOROOT/src.
func ownFiles() map[string][]byte {
	files := map[string][]byte{}
	for from, to := range ownDirs {
		dir := path.Join("_own", from)
		entries, err := own.ReadDir(dir)
		if err != nil {
			panic(err) // it is part of this program
		}
		for _, e := range entries {
			data, err := own.ReadFile(path.Join(dir, e.Name()))
			if err != nil {
				panic(err)
			}
			files[path.Join(to.dir, to.prefix+e.Name())] = data
		}
	}
	return files
}

// Tree returns the GOROOT with the port of a release, and makes it if it is not there. The name
// of its directory says what is in it, so a tree that is there is complete and up to date.
func Tree(release string) (dir string, err error) {
	goroot, err := findRelease(release)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no directory for the Go tree: %w", err)
	}
	return makeTree(release, goroot, filepath.Join(cache, "tamagotake"))
}

func makeTree(release, goroot, cache string) (dir string, err error) {
	// WalkDir does not follow a link that it begins with.
	if goroot, err = filepath.EvalSymlinks(goroot); err != nil {
		return "", err
	}
	if info, err := os.Lstat(filepath.Join(goroot, "src")); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return "", fmt.Errorf("%s: src is a link: install Go from go.dev/dl, or unset GOROOT", goroot)
	}
	stamp, err := toolStamp(goroot)
	if err != nil {
		return "", err
	}
	files, misfits := fit(release, filepath.Join(goroot, "src"))
	if len(misfits) > 0 {
		return "", misfits[0].err
	}
	maps.Copy(files, ownFiles())
	dir = filepath.Join(cache, release+"-"+hash(goroot, stamp, files))
	if _, err := os.Stat(dir); err == nil {
		now := time.Now()
		os.Chtimes(dir, now, now) // in use: see prune. A cache that is read-only does not matter
		return dir, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	prune(cache)
	partial, err := os.MkdirTemp(cache, "partial-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(partial)
	if err := fillTree(goroot, partial, files); err != nil {
		return "", err
	}
	for _, name := range []string{"bin/go", "src/runtime/proc.go", "src/fmt/print.go"} {
		if _, err := os.Stat(filepath.Join(partial, name)); err != nil {
			return "", fmt.Errorf("%s is no whole Go release: %w", goroot, err)
		}
	}
	if err := os.Chmod(partial, 0o755); err != nil {
		return "", err
	}
	if err := os.Rename(partial, dir); err != nil {
		if _, there := os.Stat(dir); there != nil {
			return "", err
		} // another process was first
	}
	return dir, nil
}

// toolStamp tells whether the Go at goroot was replaced by another of the same release.
func toolStamp(goroot string) (string, error) {
	name := filepath.Join(goroot, "pkg", "tool", runtime.GOOS+"_"+runtime.GOARCH, "compile")
	info, err := os.Stat(name)
	if err != nil {
		return "", fmt.Errorf("%s is no whole Go release: %w", goroot, err)
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano()), nil
}

// hash of what a tree is made of.
func hash(goroot, stamp string, files map[string][]byte) string {
	const layout = 2 // of fillTree
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %q %q\n", layout, goroot, stamp, dropped)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%q %x\n", name, sha256.Sum256(files[name]))
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// prune removes trees that were not used for a month, and what an interrupted run has left.
func prune(cache string) {
	const unused = 30 * 24 * time.Hour
	entries, _ := os.ReadDir(cache)
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, "partial-") && !strings.HasPrefix(name, "go1.") {
			continue
		}
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) <= unused {
			continue
		}
		// Under its name it is whole, or not there: what is removed has another first.
		old := filepath.Join(cache, name)
		if !strings.HasPrefix(name, "partial-") {
			old = filepath.Join(cache, "partial-"+name)
			if err := os.Rename(filepath.Join(cache, name), old); err != nil {
				continue
			}
		}
		os.RemoveAll(old)
	}
}

// fillTree makes the tree in an empty directory: src, bin and pkg are copies, since the go command
// may write to them. The rest, and src/cmd, are links to directories that it only reads.
func fillTree(goroot, dir string, files map[string][]byte) error {
	err := filepath.WalkDir(goroot, func(from string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(goroot, from)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, name)
		top, below, _ := strings.Cut(filepath.ToSlash(name), "/")
		_, replaced := files[below]
		copies := top == "bin" || top == "pkg" || top == "src" && below != "cmd"
		switch {
		case name == "." || top == "src" && (replaced || slices.Contains(dropped, below)):
			return nil
		case copies && d.IsDir():
			return os.Mkdir(to, 0o755)
		case copies:
			return copyFile(from, to)
		}
		if err := os.Symlink(from, to); err != nil || !d.IsDir() {
			return err
		}
		return fs.SkipDir
	})
	if err != nil {
		return err
	}
	for name, data := range files {
		to := filepath.Join(dir, "src", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, original), []byte(goroot+"\n"), 0o644)
}

func copyFile(from, to string) (err error) {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return err
	}
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}

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
	files, err := applyEdits(release, filepath.Join(goroot, "src"))
	if err != nil {
		return "", err
	}
	maps.Copy(files, ownFiles())
	dir = filepath.Join(cache, release+"-"+hash(goroot, files))
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
	if err := fillTree(release, goroot, partial, files); err != nil {
		return "", err
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

// hash of what a tree is made of.
func hash(goroot string, files map[string][]byte) string {
	const layout = 1 // of fillTree
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %q\n", layout, goroot, dropped)
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
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > unused {
			os.RemoveAll(filepath.Join(cache, name))
		}
	}
}

// fillTree makes the tree in an empty directory. What the go command might write to is real:
// src is a copy, and the directories of bin and pkg are its own, with links to the files.
func fillTree(release, goroot, dir string, files map[string][]byte) error {
	for _, name := range dropped {
		if _, err := os.Stat(filepath.Join(goroot, "src", name)); err != nil {
			return fmt.Errorf("%s: no file to drop: %w", release, err)
		}
	}
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
		switch {
		case name == ".":
			return nil
		case d.IsDir() && (top == "bin" || top == "pkg" || top == "src" && below != "cmd"):
			return os.Mkdir(to, 0o755)
		case d.IsDir():
			if err := os.Symlink(from, to); err != nil {
				return err
			}
			return fs.SkipDir
		case top == "src":
			if _, ok := files[below]; ok || slices.Contains(dropped, below) {
				return nil
			}
			return copyFile(from, to)
		}
		return os.Symlink(from, to)
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
	w, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}

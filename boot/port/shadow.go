package main

import (
	"os"
	"path/filepath"
	"strings"
)

// writeShadow makes a Go tree in dir that looks as the overlay says: symbolic links
// into the installed one, real directories only on the way to what differs.
//
// It is for go vet, which changes into the directory of each package; that of
// runtime/goos exists in no tree but this one. It would do for building as well, but a
// second GOROOT makes the go command compile the whole standard library once more.
func writeShadow(goroot string, replace map[string]string, dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	// A directory is made real if something below it differs.
	differs := map[string]bool{}
	for path := range replace {
		for d := filepath.Dir(path); strings.HasPrefix(d, goroot); d = filepath.Dir(d) {
			differs[d] = true
		}
	}
	for from := range differs {
		to := filepath.Join(dir, strings.TrimPrefix(from, goroot))
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		entries, err := os.ReadDir(from)
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		for _, entry := range entries {
			path := filepath.Join(from, entry.Name())
			if _, ok := replace[path]; ok || differs[path] {
				continue
			}
			if err := os.Symlink(path, filepath.Join(to, entry.Name())); err != nil {
				return err
			}
		}
	}
	for path, with := range replace {
		if with == "" {
			continue
		}
		with, err := filepath.Abs(with)
		if err != nil {
			return err
		}
		if err := os.Symlink(with, filepath.Join(dir, strings.TrimPrefix(path, goroot))); err != nil {
			return err
		}
	}
	return nil
}

//go:build tamago

package main

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
)

// files: there are none, and each operation on a path says so.
func files() {
	const name = "/etc/hosts"
	for what, f := range map[string]func() error{
		"Stat":       func() error { _, err := os.Stat(name); return err },
		"Lstat":      func() error { _, err := os.Lstat(name); return err },
		"Readlink":   func() error { _, err := os.Readlink(name); return err },
		"Open":       func() error { _, err := os.Open(name); return err },
		"Create":     func() error { _, err := os.Create(name); return err },
		"ReadFile":   func() error { _, err := os.ReadFile(name); return err },
		"WriteFile":  func() error { return os.WriteFile(name, nil, 0o644) },
		"ReadDir":    func() error { _, err := os.ReadDir("/etc"); return err },
		"Mkdir":      func() error { return os.Mkdir("/tmp", 0o755) },
		"MkdirTemp":  func() error { _, err := os.MkdirTemp("", ""); return err },
		"Remove":     func() error { return os.Remove(name) },
		"Rename":     func() error { return os.Rename(name, "/etc/other") },
		"Link":       func() error { return os.Link(name, "/etc/other") },
		"Symlink":    func() error { return os.Symlink(name, "/etc/other") },
		"Chmod":      func() error { return os.Chmod(name, 0o644) },
		"Chown":      func() error { return os.Chown(name, 0, 0) },
		"Lchown":     func() error { return os.Lchown(name, 0, 0) },
		"Chtimes":    func() error { return os.Chtimes(name, time.Now(), time.Now()) },
		"Truncate":   func() error { return os.Truncate(name, 0) },
		"Chdir":      func() error { return os.Chdir("/etc") },
		"Getwd":      func() error { _, err := os.Getwd(); return err },
		"OpenRoot":   func() error { _, err := os.OpenRoot("/etc"); return err },
		"DirFS.Open": func() error { _, err := os.DirFS("/etc").Open("hosts"); return err },
	} {
		err := f()
		check.Report(errors.Is(err, fs.ErrNotExist), "%s: %v", what, err)
	}
	check.Report(os.RemoveAll("/etc") == nil, "RemoveAll of what is not there: %v", os.RemoveAll("/etc"))

	f := os.NewFile(7, "seven")
	_, err := f.Read(make([]byte, 1))
	check.Report(errors.Is(err, syscall.EBADF), "Read of a file that is not open: %v", err)
	_, err = f.Write(make([]byte, 1))
	check.Report(errors.Is(err, syscall.EBADF), "Write to a file that is not open: %v", err)
	_, err = os.Stdin.Read(make([]byte, 1))
	check.Report(errors.Is(err, errors.ErrUnsupported), "Read of the standard input: %v", err)
	n, err := os.Stderr.WriteString("")
	check.Report(n == 0 && err == nil, "Write of nothing: %d, %v", n, err)
}

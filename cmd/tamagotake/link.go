package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tamagotake/tamagotake/internal/input"
)

// link compiles and links a program. What was linked stays in the user's cache, where the go
// command sees whether it is up to date: a link takes seconds.
func (t *toolchain) link(pkg string) ([]byte, error) {
	if len(t.flags.replace) > 0 {
		tmp, err := os.MkdirTemp("", "tamagotake-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(tmp)
		return t.linkTo(filepath.Join(tmp, "linked"), tmp, pkg)
	}
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("no directory for what is linked: %w", err)
	}
	cache = filepath.Join(cache, "tamagotake", "linked")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return nil, err
	}
	key := sha256.Sum256([]byte(strings.Join(append([]string{wd, pkg, t.flags.tamago, t.Tags}, t.Env...), "\x00")))
	name := filepath.Join(cache, fmt.Sprintf("%x", key[:10]))
	unlock, err := lock(name + ".lock")
	if err != nil {
		return nil, err
	}
	defer unlock()
	pruneLinked(cache)
	return t.linkTo(name, "", pkg)
}

func (t *toolchain) linkTo(name, tmp, pkg string) ([]byte, error) {
	cmd, err := t.Link(pkg, name, t.flags.replace, tmp)
	if err != nil {
		return nil, err
	}
	p := startProgress("building " + pkg)
	err = t.flags.doTo(cmd, os.Stdout, p.beside(os.Stderr))
	p.stop()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	os.Chtimes(name, now, now) // in use: see pruneLinked
	return input.ReadFile(name, input.ImageMax)
}

// lock waits until no other process has the file locked.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: lock: %w", name, err)
	}
	return func() { f.Close() }, nil
}

// pruneLinked removes what has not been linked for long, as the go command does with its cache. A
// file that cannot be removed does not matter. Locks stay: another process may wait for one.
func pruneLinked(cache string) {
	const keep = 5 * 24 * time.Hour
	entries, _ := os.ReadDir(cache)
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && filepath.Ext(e.Name()) != ".lock" && time.Since(info.ModTime()) > keep {
			os.Remove(filepath.Join(cache, e.Name()))
		}
	}
}

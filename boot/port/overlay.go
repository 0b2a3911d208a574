package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tamagotake/boot/output"
)

// goEnv asks the go command that will build for one of its variables.
func goEnv(name string) (string, error) {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// port is a Go tree as the port wants it.
type port struct {
	goroot  string            // the installed one
	module  string            // directory of the module that is built
	replace map[string]string // what stands in place of what, see layOut
	dir     string            // where edited copies are
}

// prepare makes the edited copies for t in dir.
func prepare(t target, dir string) (port, error) {
	version, err := goEnv("GOVERSION")
	if err != nil {
		return port{}, err
	}
	if version != release {
		return port{}, fmt.Errorf("this is %s, the port is for %s: set GOTOOLCHAIN=%s", version, release, release)
	}
	goroot, err := goEnv("GOROOT")
	if err != nil {
		return port{}, err
	}
	module, err := goEnv("GOMOD")
	if err != nil {
		return port{}, err
	}
	module = filepath.Dir(module)
	own := filepath.Join(module, "boot", "port", "_own")
	replace, err := layOut(t, filepath.Join(goroot, "src"), own, dir)
	return port{goroot, module, replace, dir}, err
}

// writeOverlay writes the file for the go command's -overlay and returns its path.
func (p port) writeOverlay() (string, error) {
	data, err := json.MarshalIndent(map[string]any{"Replace": p.replace}, "", "\t")
	if err != nil {
		return "", err
	}
	path := filepath.Join(p.dir, "overlay.json")
	return path, writeIfChanged(path, data)
}

// layOut returns what stands in place of what: the keys are files of the Go tree
// at src, the values files of ours, or nothing. Edited copies go to dir.
func layOut(t target, src, own, dir string) (map[string]string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	replace := map[string]string{}
	for _, name := range t.drop {
		path := filepath.Join(src, name)
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%s: %s is not there to leave out: %w", release, name, err)
		}
		replace[path] = ""
	}
	for from, to := range t.own {
		replace[filepath.Join(src, to)] = filepath.Join(own, from)
	}
	texts := map[string]string{}
	for _, e := range edits {
		if e.arch != "" && e.arch != t.arch {
			continue
		}
		text, ok := texts[e.file]
		if !ok {
			data, err := os.ReadFile(filepath.Join(src, e.file))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", release, err)
			}
			text = string(data)
		}
		if texts[e.file], err = e.apply(text); err != nil {
			return nil, err
		}
	}
	for name, text := range texts {
		path := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := writeIfChanged(path, []byte(text)); err != nil {
			return nil, err
		}
		replace[filepath.Join(src, name)] = path
	}
	return replace, nil
}

// apply makes the edit in text, whose anchor must be there once: twice would
// mean that the place is no longer the one that was meant.
func (e edit) apply(text string) (string, error) {
	if n := strings.Count(text, e.anchor); n != 1 {
		line, _, _ := strings.Cut(strings.TrimSpace(e.anchor), "\n")
		return "", fmt.Errorf("%s: anchor %q found %d times, wanted once as in %s", e.file, line, n, release)
	}
	return strings.Replace(text, e.anchor, e.with, 1), nil
}

// writeIfChanged leaves a file alone that is right already, so that the go
// command's cache stays good.
func writeIfChanged(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && string(old) == string(data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return output.WriteFile(path, data, 0o644)
}

package main

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// nameMax keeps what irqs and tasks print in columns.
const nameMax = 20

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// checkDriver says what is wrong with the name of a driver, in one line.
func checkDriver(dir string) error {
	name := filepath.Base(dir)
	switch {
	case !nameForm.MatchString(name):
		return fmt.Errorf("%q cannot be a package's name: lower-case letters and digits, a letter first", name)
	case len(name) > nameMax:
		return fmt.Errorf("%q is too long: at most %d letters", name, nameMax)
	case token.IsKeyword(name) || types.Universe.Lookup(name) != nil:
		return fmt.Errorf("%q is a word of the language: choose another", name)
	case name == "internal" || name == "vendor" || name == "testdata":
		return fmt.Errorf("%q is a directory that the go command treats in its own way: choose another", name)
	case imported[name]:
		return fmt.Errorf("%q is a package that every driver imports: choose another", name)
	}
	return checkFree(dir)
}

// checkFree says whether there is something where a directory is to be.
func checkFree(dir string) error {
	if _, err := os.Lstat(dir); err == nil {
		return fmt.Errorf("there is a %s already: choose another name, or remove it first", dir)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// imported are names that the skeleton uses.
var imported = map[string]bool{"drivers": true, "supervisor": true, "line": true, "mmio": true, "coro": true,
	"task": true, "sched": true, "fake": true, "errors": true, "testing": true, "main": true, "device": true}

// writeDriver writes the beginning of a driver: a package that compiles, and its test on the host,
// which passes.
func writeDriver(dir string) (files []string, err error) {
	if err := checkDriver(dir); err != nil {
		return nil, err
	}
	if out, err := exec.Command("go", "env", "GOMOD").Output(); err == nil && len(strings.TrimSpace(string(out))) <= len(os.DevNull) {
		return nil, errors.New("there is no go.mod here, nor above")
	}
	name := filepath.Base(dir)
	return writeSkeleton(dir, name, map[string]string{"driver/driver.go.txt": name + ".go", "driver/driver_test.go.txt": name + "_test.go"})
}

// Command newdriver writes the beginning of a driver: a package below drivers/ that compiles,
// and its test on the host, which passes.
//
//	go run ./internal/newdriver NAME
package main

import (
	"embed"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

//go:embed skeleton
var skeleton embed.FS

// nameMax keeps what irqs and tasks print in columns.
const nameMax = 20

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "new-driver: give it a name: make new-driver NAME=x")
		os.Exit(2)
	}
	files, err := write("drivers", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "new-driver:", err)
		os.Exit(1)
	}
	fmt.Printf("%s\ngo test ./drivers/%s passes; docs/drivers.md is the way from here\n", strings.Join(files, "\n"), os.Args[1])
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// check says what is wrong with a name, in one line.
func check(dir, name string) error {
	switch {
	case name == "":
		return errors.New("give it a name: make new-driver NAME=x")
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
	if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
		return fmt.Errorf("there is a %s already: choose another name, or remove it first", filepath.Join(dir, name))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// imported are names that the skeleton uses.
var imported = map[string]bool{"drivers": true, "supervisor": true, "line": true, "mmio": true, "coro": true,
	"task": true, "sched": true, "fake": true, "errors": true, "testing": true, "main": true, "device": true}

// write writes the package and returns the names of its files. Nothing is left of one that
// could not be written.
func write(dir, name string) (files []string, err error) {
	if err := check(dir, name); err != nil {
		return nil, err
	}
	if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(filepath.Join(dir, name))
		}
	}()
	for source, target := range map[string]string{"driver.go.txt": name + ".go", "driver_test.go.txt": name + "_test.go"} {
		text, err := skeleton.ReadFile(path.Join("skeleton", source))
		if err != nil {
			return nil, err
		}
		target = filepath.Join(dir, name, target)
		if err := os.WriteFile(target, []byte(strings.ReplaceAll(string(text), "NAME", name)), 0o644); err != nil {
			return nil, err
		}
		files = append(files, target)
	}
	return files, nil
}

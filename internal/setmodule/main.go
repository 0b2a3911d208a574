// Command setmodule gives the module another path, in every file of the repository: go.mod,
// imports, names of functions in assembly, in linkname directives, in rules and in tests.
//
//	go run ./internal/setmodule example.org/kernel
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/setmodule MODULE")
		os.Exit(2)
	}
	changed, err := setModule(".", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "setmodule:", err)
		os.Exit(1)
	}
	fmt.Printf("%d files changed; gofmt -l . and make test say whether that is all\n", changed)
}

// importable is a module path that the go command can fetch: a host name first.
var importable = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._~-]+)*$`)

// setModule changes the module path of the repository at dir, and returns in how many files.
func setModule(dir, path string) (changed int, err error) {
	if !importable.MatchString(path) {
		return 0, fmt.Errorf("%q is no module path that can be imported: want one such as example.org/kernel", path)
	}
	mod, err := os.ReadFile(dir + "/go.mod")
	if err != nil {
		return 0, err
	}
	m := regexp.MustCompile(`(?m)^module (\S+)$`).FindSubmatch(mod)
	if m == nil {
		return 0, fmt.Errorf("go.mod names no module")
	}
	replace := renamer(string(m[1]), path)
	list := exec.Command("git", "ls-files", "-z")
	list.Dir = dir
	out, err := list.Output()
	if err != nil {
		return 0, fmt.Errorf("git ls-files: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		file := dir + "/" + name
		info, err := os.Lstat(file)
		if err != nil || !info.Mode().IsRegular() {
			continue // deleted, or a link
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return changed, err
		}
		if bytes.IndexByte(text, 0) >= 0 {
			continue // not text
		}
		if with := replace(text); !bytes.Equal(with, text) {
			if err := os.WriteFile(file, with, info.Mode().Perm()); err != nil {
				return changed, err
			}
			changed++
		}
	}
	return changed, nil
}

// renamer returns what replaces the module path from by to, where it is a whole path or begins
// one. In assembly a path has other characters for slash and dot (Go's "A Quick Guide to Go's
// Assembler", Symbols).
func renamer(from, to string) func(text []byte) []byte {
	assembly := func(path string) string { return strings.NewReplacer("/", "∕", ".", "·").Replace(path) }
	path := regexp.MustCompile(`(^|[^\pL\pN_./∕·~-])` + regexp.QuoteMeta(from) + `([/"\\\s` + "`" + `]|$)`)
	inAssembly := regexp.MustCompile(`(^|[^\pL\pN_./∕·~-])` + regexp.QuoteMeta(assembly(from)) + `∕`)
	module := regexp.MustCompile(`(?m)^module ` + regexp.QuoteMeta(from) + `$`)
	return func(text []byte) []byte {
		text = module.ReplaceAll(text, []byte("module "+to))
		text = path.ReplaceAll(text, []byte("${1}"+to+"${2}"))
		return inAssembly.ReplaceAll(text, []byte("${1}"+assembly(to)+"∕"))
	}
}

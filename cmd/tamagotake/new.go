package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

//go:embed skeleton
var skeleton embed.FS

var newCommand = command{
	name: "new", args: "[-driver] NAME",
	short: "write the beginning of a program, or of a driver",
	long: `NAME is the directory to make. A program is a module of its own, which boots:

	tamagotake new hello && cd hello && tamagotake run

A driver is a package of the module that is here, with a test that passes on the host.`,
	run: func(k *call) error {
		driver := k.flags.Bool("driver", false, "a driver")
		if err := k.parse(); err != nil {
			return err
		}
		if len(k.args) != 1 || k.args[0] == "" {
			return errors.New("new: want one name: that of the directory to make")
		}
		dir := filepath.Clean(k.args[0])
		write, then := writeProgram, fmt.Sprintf("cd %s && tamagotake run boots it", quoteIfNeeded(dir))
		if *driver {
			write, then = writeDriver, fmt.Sprintf("go test ./%s passes", filepath.ToSlash(dir))
		}
		files, err := write(dir)
		if err != nil {
			return fmt.Errorf("new: %w", err)
		}
		fmt.Fprintf(k.out, "%s\n%s\n", strings.Join(files, "\n"), then)
		return nil
	},
}

func quoteIfNeeded(s string) string {
	if regexp.MustCompile(`^[\w./~+-]+$`).MatchString(s) {
		return s
	}
	return quote(s)
}

var programForm = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// writeProgram writes a module with a program that boots.
func writeProgram(dir string) (files []string, err error) {
	name := filepath.Base(dir)
	if !programForm.MatchString(name) {
		return nil, fmt.Errorf("%q cannot be a program's name: lower-case letters, digits, - and _, a letter first", name)
	}
	if name == "main" || isStandard(name) {
		return nil, fmt.Errorf("%q is a package of Go: choose another name", name)
	}
	if err := checkFree(dir); err != nil {
		return nil, err
	}
	mod, sum, err := modFiles(name)
	if err != nil {
		return nil, err
	}
	files, err = writeSkeleton(dir, name, map[string]string{"app/main.go.txt": "main.go", "app/greeting.go.txt": "greeting.go", "app/main_test.go.txt": "main_test.go"})
	if err != nil {
		return nil, err
	}
	for name, text := range map[string][]byte{"go.mod": mod, "go.sum": sum} {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, text, 0o644); err != nil {
			os.RemoveAll(dir)
			return nil, err
		}
		files = append(files, name)
	}
	return files, nil
}

// isStandard reports whether Go has a package of that name.
func isStandard(name string) bool {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(strings.TrimSpace(string(out)), "src", name))
	return err == nil
}

// writeSkeleton writes files of the skeleton, with the name in place of NAME. Nothing is left of a
// directory that could not be written.
func writeSkeleton(dir, name string, list map[string]string) (files []string, err error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	for source, target := range list {
		text, err := skeleton.ReadFile(path.Join("skeleton", source))
		if err != nil {
			return nil, err
		}
		target = filepath.Join(dir, target)
		if err := os.WriteFile(target, []byte(strings.ReplaceAll(string(text), "NAME", name)), 0o644); err != nil {
			return nil, err
		}
		files = append(files, target)
	}
	return files, nil
}

// modulePath is the path of the tool's own module.
const modulePath = "github.com/tamagotake/tamagotake"

// modFiles makes go.mod and go.sum of a module that requires this one: the version that the tool is
// of, or the directory that it was built in.
func modFiles(name string) (mod, sum []byte, err error) {
	root, version := ownSource()
	if root == "" {
		return nil, nil, errors.New("the tool does not know its source: build it without -trimpath, or run it by go tool")
	}
	out, err := exec.Command("go", "mod", "edit", "-json", filepath.Join(root, "go.mod")).Output()
	if err != nil {
		return nil, nil, fmt.Errorf("go mod edit: %w", err)
	}
	var own struct {
		Go      string
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal(out, &own); err != nil {
		return nil, nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "module %s\n\ngo %s\n\ntool %s/cmd/tamagotake\n\n", name, own.Go, modulePath)
	if version != "" {
		fmt.Fprintf(&b, "require %s %s\n", modulePath, version)
	} else {
		fmt.Fprintf(&b, "require %s v0.0.0\n\nreplace %s => %s\n", modulePath, modulePath, strconv.Quote(root))
	}
	b.WriteString("\nrequire (\n")
	for _, r := range own.Require {
		fmt.Fprintf(&b, "\t%s %s // indirect\n", r.Path, r.Version)
	}
	b.WriteString(")\n")
	sum, err = os.ReadFile(filepath.Join(root, "go.sum"))
	return []byte(b.String()), sum, err
}

// ownSource is the directory of the module that the tool was built of, and its version if that is
// a directory of the module cache.
func ownSource() (root, version string) {
	_, file, _, _ := runtime.Caller(0)
	root = filepath.Dir(filepath.Dir(filepath.Dir(file)))
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return "", ""
	}
	if info, ok := debug.ReadBuildInfo(); ok && strings.Contains(filepath.Base(root), "@") {
		version = ownVersion(info)
	}
	return root, version
}

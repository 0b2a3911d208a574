// Command port builds a bare-metal program with the stock Go release.
//
// It lays a small port over the installed, unmodified Go tree with the standard
// -overlay flag and calls the go command:
//
//	GOROOT/src, untouched            build/port/_ARCH
//	  runtime/proc.go      --edits-->  proc.go        (edits.go: anchor, replacement, reason)
//	  runtime/mem_linux.go --drop--->  nothing        (layout.go)
//	                                   overlay.json
//	boot/port/_own         --add---->  straight from where it stands
//
// Nothing of Go's own source is kept here: the edited copies are made at each
// build, and a release that does not have the anchors stops it with one line.
//
// With -tamago the same program is built by the TamaGo distribution instead,
// which needs none of this.
//
// Usage:
//
//	go run ./boot/port build -arch amd64|arm [-tags T] [-tamago GO] [-replace FILE=OTHER] -o FILE PACKAGE
//	go run ./boot/port vet   -arch amd64|arm [-tags T] PACKAGES
//	go run ./boot/port exec  -arch amd64|arm [-tags T] CHECKER PACKAGES
//	go run ./boot/port overlay -arch amd64|arm
package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tamagotake/boot/output"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) { // the go command has said what is wrong
			fmt.Fprintln(os.Stderr, "port:", err)
		}
		os.Exit(1)
	}
}

func run(args []string) error {
	const usage = "usage: port build|vet|exec|overlay -arch amd64|arm [flags] [packages]"
	if len(args) == 0 {
		return errors.New(usage)
	}
	verb := args[0]
	fs := flag.NewFlagSet(verb, flag.ExitOnError)
	arch := fs.String("arch", "amd64", "processor: amd64 or arm")
	out := fs.String("o", "", "file to write (build)")
	tags := fs.String("tags", "", "further build tags, separated by commas")
	dir := fs.String("dir", "build/port", "where edited copies and overlay.json go")
	replace := map[string]string{}
	fs.Func("replace", "FILE=OTHER: build with another file in place of one of the program's, for tests; may be repeated", func(s string) (err error) {
		file, other, ok := strings.Cut(s, "=")
		if !ok {
			return errors.New("want FILE=OTHER")
		}
		for _, name := range []*string{&file, &other} {
			if _, err := os.Stat(*name); err != nil {
				return err
			}
			if *name, err = filepath.Abs(*name); err != nil {
				return err
			}
		}
		replace[file] = other
		return nil
	})
	tamago := fs.String("tamago", "", "go command of the TamaGo distribution, to build with that instead")
	if err := fs.Parse(args[1:]); err != nil {
		return err
	}
	t, ok := targets[*arch]
	if !ok {
		return fmt.Errorf("no target %q: there are amd64 and arm", *arch)
	}

	b := build{target: t, tags: t.tags}
	if *tags != "" {
		b.tags += "," + *tags
	}
	if *tamago != "" {
		if len(replace) > 0 {
			return errors.New("-replace is not for -tamago")
		}
		b.command = *tamago
		b.env = []string{"GOOS=tamago", "GOOSPKG=github.com/usbarmory/tamago", "GOTOOLCHAIN=local"}
	} else {
		p, err := prepare(t, filepath.Join(*dir, "_"+t.arch))
		if err != nil {
			return err
		}
		maps.Copy(p.replace, replace)
		if b.overlay, err = p.writeOverlay(); err != nil {
			return err
		}
		b.port = p
		b.command = "go"
		b.tags += ",stockgo"
		b.env = []string{"GOOS=linux"}
	}

	switch verb {
	case "overlay":
		fmt.Println(b.overlay)
		return nil
	case "build":
		if *out == "" || fs.NArg() != 1 {
			return errors.New("build needs -o FILE and one package")
		}
		// The go command itself writes the file: so it sees when the one that is there is
		// up to date.
		if err := output.Check(*out); err != nil {
			return err
		}
		ldflags := t.ldflags
		if b.overlay != "" {
			built, err := buildTime(b.port.module)
			if err != nil {
				return err
			}
			ldflags += fmt.Sprintf(" -X runtime.portBuilt=%d", built.Unix())
		}
		args := []string{"build", "-tags", b.tags, "-trimpath", "-ldflags", ldflags, "-o", *out}
		if b.overlay != "" {
			args = append(args, "-overlay", b.overlay)
		}
		return b.run(append(args, fs.Arg(0))...)
	case "vet":
		return b.inShadow(b.command, append([]string{"vet", "-tags", b.tags}, fs.Args()...))
	case "exec":
		if fs.NArg() == 0 {
			return errors.New("exec needs a command")
		}
		return b.inShadow(fs.Arg(0), append([]string{"-tags", b.tags}, fs.Args()[1:]...))
	}
	return errors.New(usage)
}

// build is how the go command is called for a target. The overlay goes on its command
// line and never into GOFLAGS, where it would reach the tools that it builds for the
// host.
type build struct {
	target
	port    port
	command string
	overlay string
	tags    string
	env     []string
}

func (b build) run(args ...string) error { return b.exec(b.command, args) }

func (b build) exec(command string, args []string) error {
	cmd := exec.Command(command, args...)
	cmd.Env = append(append(os.Environ(), b.env...), b.target.env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// inShadow runs a command on a shadow of the Go tree instead of the overlay; see
// writeShadow.
func (b build) inShadow(command string, args []string) error {
	if b.overlay != "" {
		dir, err := filepath.Abs(filepath.Join(b.port.dir, "goroot"))
		if err != nil {
			return err
		}
		if err := writeShadow(b.port.goroot, b.port.replace, dir); err != nil {
			return err
		}
		b.env = append(b.env, "GOROOT="+dir)
	}
	return b.exec(command, args)
}

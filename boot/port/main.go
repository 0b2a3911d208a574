// Command port builds a bare-metal program with the stock Go release.
//
// It lays a small port over the installed, unmodified Go tree with the standard
// -overlay flag and calls the go command:
//
//	GOROOT/src, untouched            build/port/ARCH
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
//	go run ./boot/port build -arch amd64|arm [-tags T] [-tamago GO] -o FILE PACKAGE
//	go run ./boot/port vet   -arch amd64|arm [-tags T] PACKAGES
//	go run ./boot/port overlay -arch amd64|arm
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	const usage = "usage: port build|vet|overlay -arch amd64|arm [flags] [packages]"
	if len(args) == 0 {
		return errors.New(usage)
	}
	verb := args[0]
	fs := flag.NewFlagSet(verb, flag.ExitOnError)
	arch := fs.String("arch", "amd64", "processor: amd64 or arm")
	out := fs.String("o", "", "file to write (build)")
	tags := fs.String("tags", "", "further build tags, separated by commas")
	dir := fs.String("dir", "build/port", "where edited copies and overlay.json go")
	tamago := fs.String("tamago", "", "go command of the TamaGo distribution, to build with that instead")
	if err := fs.Parse(args[1:]); err != nil {
		return err
	}
	t, ok := targets[*arch]
	if !ok {
		return fmt.Errorf("no target %q: there are amd64 and arm", *arch)
	}

	goCmd, overlay := "go", ""
	if *tamago != "" {
		goCmd = *tamago
	} else {
		var err error
		if overlay, err = writeOverlay(t, filepath.Join(*dir, t.arch)); err != nil {
			return err
		}
	}

	switch verb {
	case "overlay":
		fmt.Println(overlay)
		return nil
	case "build":
		if *out == "" || fs.NArg() != 1 {
			return errors.New("build needs -o FILE and one package")
		}
		return t.goRun(goCmd, overlay, *tags, "build", "-trimpath", "-ldflags", t.ldflags, "-o", *out, fs.Arg(0))
	case "vet":
		return t.goRun(goCmd, overlay, *tags, "vet", fs.Args()...)
	}
	return errors.New(usage)
}

// goRun calls the go command for the target. The overlay goes on its command
// line and never into GOFLAGS, where it would reach the tools that the go command
// builds for the host.
func (t target) goRun(goCmd, overlay, tags, verb string, rest ...string) error {
	all := t.tags
	if tags != "" {
		all += "," + tags
	}
	args := []string{verb, "-tags", all}
	goos := []string{"GOOS=tamago", "GOOSPKG=github.com/usbarmory/tamago"}
	if overlay != "" {
		args[2] += ",stockgo"
		args = append(args, "-overlay", overlay)
		goos = []string{"GOOS=linux"}
	}
	cmd := exec.Command(goCmd, append(args, rest...)...)
	cmd.Env = append(os.Environ(), append(goos, t.env...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tamagotake/tamagotake/boot/port"
	"github.com/tamagotake/tamagotake/boot/verify"
)

// compile are the flags of commands that compile.
type compile struct {
	arch, tags, release, tamago string
	board                       string // of -board; "" is none
	print, verify               bool
	replace                     map[string]string
}

// targetFlags are the flags of every such command.
func (k *call) targetFlags() *compile {
	b := new(compile)
	k.flags.StringVar(&b.arch, "arch", "amd64", "`processor`: amd64 or arm")
	k.flags.StringVar(&b.tags, "tags", "", "build `tags` of the program, separated by commas")
	release := port.Releases[0]
	if r := os.Getenv("TAMAGOTAKE_GO"); r != "" {
		release = r
	}
	k.flags.StringVar(&b.release, "go", release, "Go `release` to build with; the environment's TAMAGOTAKE_GO is its default")
	k.flags.StringVar(&b.tamago, "tamago", "", "`go` command of the TamaGo distribution, to build with that instead")
	k.flags.BoolVar(&b.print, "x", false, "print the commands")
	return b
}

// buildFlags are those of commands that build a program.
func (k *call) buildFlags() *compile {
	b := k.targetFlags()
	b.replace = map[string]string{}
	k.flags.BoolVar(&b.verify, "verify", true, "verify the program and seal it; without, any function can be spawned as a real-time task: for tests")
	k.flags.Func("replace", "`FILE=OTHER`: use OTHER in place of FILE of the program; for tests, may be repeated", b.setReplace)
	return b
}

func (b *compile) setReplace(s string) error {
	file, other, ok := strings.Cut(s, "=")
	if !ok {
		return errors.New("want FILE=OTHER")
	}
	for _, name := range []*string{&file, &other} {
		if _, err := os.Stat(*name); err != nil {
			return err
		}
		var err error
		if *name, err = filepath.Abs(*name); err != nil {
			return err
		}
	}
	b.replace[file] = other
	return nil
}

// toolchain is what compiles, as the flags say.
type toolchain struct {
	port.Toolchain
	flags *compile
}

func (b *compile) toolchain() (*toolchain, error) {
	target, err := port.Lookup(b.arch)
	if err != nil {
		return nil, err
	}
	if b.tamago != "" {
		return &toolchain{port.Distribution(b.tamago, target, b.tags), b}, nil
	}
	p := startProgress("preparing " + b.release)
	defer p.stop()
	c, err := port.Stock(b.release, target, b.tags)
	return &toolchain{c, b}, err
}

// do runs a command, whose output is this one's.
func (b *compile) do(cmd *exec.Cmd) error {
	return b.doTo(cmd, os.Stdout, os.Stderr)
}

// doTo is do with the output elsewhere.
func (b *compile) doTo(cmd *exec.Cmd, out, errs io.Writer) error {
	b.show(cmd)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, out, errs
	return cmd.Run()
}

// show prints a command for -x, before it runs.
func (b *compile) show(cmd *exec.Cmd) {
	if b.print {
		fmt.Fprintln(os.Stderr, cmd)
	}
}

var envCommand = command{
	name: "env", args: "[-arch amd64|arm]",
	short: "print the environment in which plain go commands build for the target",
	long: `The lines are for a shell:

	eval "$(tamagotake env -arch arm)"
	go build ./...

Afterwards go build, go vet, go list, gopls and delve see the target. What go build makes is a
linked program that is neither verified nor packed: tamagotake build does both.`,
	run: func(k *call) error {
		b := k.targetFlags()
		if err := k.parse(); err != nil {
			return err
		}
		if len(k.args) > 0 {
			return fmt.Errorf("env: unexpected argument %q", k.args[0])
		}
		c, err := b.toolchain()
		if err != nil {
			return err
		}
		env, err := c.PlainEnv()
		if err != nil {
			return err
		}
		for _, e := range env {
			name, value, _ := strings.Cut(e, "=")
			fmt.Fprintf(k.out, "export %s=%s\n", name, quote(value))
		}
		return nil
	},
}

// quote makes one word of a text for a shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

var vetCommand = command{
	name: "vet", args: "[-arch amd64|arm] [PACKAGES]",
	short: "run go vet for the target",
	long: `It also refuses a comment that is meant to be a directive, as //tamagotake:realtime, and is none.
Flags of go vet follow --, before the packages.`,
	run: func(k *call) error {
		b := k.targetFlags()
		if err := k.parse(); err != nil {
			return err
		}
		c, err := b.toolchain()
		if err != nil {
			return err
		}
		if err := c.checkMarks(k.args); err != nil {
			return err
		}
		return b.do(c.Command("go", append([]string{"vet", "-tags", c.Tags}, k.args...)...))
	},
}

// checkMarks checks the directives of what go vet is given: packages, and flags before them.
func (t *toolchain) checkMarks(args []string) error {
	named, err := t.Named(slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-") })...)
	if err != nil {
		return err
	}
	return verify.CheckMarks(named)
}

var execCommand = command{
	name: "exec", args: "[-arch amd64|arm] CHECKER [arguments]",
	short: "run a checker such as staticcheck for the target",
	long: `The checker is called with the target's environment, with -tags and the target's build tags
before its arguments.`,
	run: func(k *call) error {
		b := k.targetFlags()
		if err := k.parse(); err != nil {
			return err
		}
		if len(k.args) == 0 {
			return errors.New("exec: name a checker, such as staticcheck")
		}
		c, err := b.toolchain()
		if err != nil {
			return err
		}
		return b.do(c.Command(k.args[0], append([]string{"-tags", c.Tags}, k.args[1:]...)...))
	},
}

var portsCommand = command{
	name: "port", args: "check GOROOT | list",
	short: "list the Go releases that there are ports for, or what another release breaks",
	long: `tamagotake port check GOROOT compares the port with the source tree of another release, and
prints each anchor that is not there, and each file that is missing or in the way.
docs/go-release.md says how a release is taken up.`,
	run: func(k *call) error {
		as := k.flags.String("as", "", "`release` whose edits are tried; if there is no port for that of GOROOT, the newest that there is one for")
		if err := k.parse(); err != nil {
			return err
		}
		switch {
		case len(k.args) == 1 && k.args[0] == "list":
			for _, r := range port.Releases {
				fmt.Fprintln(k.out, r)
			}
			return nil
		case len(k.args) == 2 && k.args[0] == "check":
			if *as == "" {
				version, err := os.ReadFile(filepath.Join(k.args[1], "VERSION"))
				if err != nil {
					return fmt.Errorf("port: %w: name a GOROOT", err)
				}
				*as, _, _ = strings.Cut(string(version), "\n")
				if !slices.Contains(port.Releases, *as) {
					*as = port.Releases[len(port.Releases)-1]
				}
			}
			broken := port.Check(*as, filepath.Join(k.args[1], "src"))
			for _, err := range broken {
				fmt.Fprintln(k.out, err)
			}
			if len(broken) > 0 {
				return fmt.Errorf("port: %d of the port's places do not fit", len(broken))
			}
			fmt.Fprintf(k.out, "the port of %s fits\n", *as)
			return nil
		}
		return errors.New("port: want list, or check and a GOROOT")
	},
}

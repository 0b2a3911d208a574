// Command tamagotake builds and runs kernels.
//
//	tamagotake COMMAND [flags] [arguments]
//
// tamagotake help lists the commands, tamagotake help COMMAND says more of one. Flags are as the
// go command's: -x prints what is called, -tags are the program's own build tags.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// command is one of the tool's.
type command struct {
	name  string
	args  string // what follows the name
	short string // one line
	long  string // the rest of its help
	run   func(c *call) error
}

var commands = []command{newCommand, buildCommand, runCommand, testCommand, bootCommand, debugCommand, verifyCommand, sizeCommand, vetCommand,
	diskCommand, imxCommand, sdcardCommand, flashCommand, configCommand, sdpCommand, keysCommand,
	doctorCommand, envCommand, execCommand, portsCommand, versionCommand}

// call is one use of a command.
type call struct {
	*command
	flags *flag.FlagSet
	args  []string
	out   io.Writer

	config *configFlags // of commands that give the program a configuration
}

func main() {
	if len(os.Args) < 2 { // a mistake, as for the go command: a script must not go on
		help(nil, os.Stderr)
		os.Exit(2)
	}
	err := run(os.Args[1:], os.Stdout)
	var exit *exec.ExitError
	var failed status
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.As(err, &failed): // and said why on its console
		os.Exit(int(failed))
	case errors.As(err, &exit): // the command that was called has said what is wrong
		os.Exit(max(exit.ExitCode(), 1))
	case err != nil:
		fmt.Fprintln(os.Stderr, "tamagotake:", remedy(err))
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		return help(args, out)
	}
	c, err := find(args[0])
	if err != nil {
		return err
	}
	k := &call{command: c, args: args[1:], out: out}
	k.setFlags()
	return c.run(k)
}

func (k *call) setFlags() {
	k.flags = flag.NewFlagSet(k.name, flag.ContinueOnError)
	k.flags.SetOutput(io.Discard)
	k.flags.Usage = func() {} // an error is one line; for -h see parse
}

// parse parses the flags; what remains are the arguments.
func (k *call) parse() error {
	if k.config != nil {
		k.args = k.config.cut(k.args)
	}
	err := k.flags.Parse(k.args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		k.usage(k.out)
	case err != nil:
		return fmt.Errorf("%s: %w; tamagotake help %s lists the flags", k.name, err, k.name)
	}
	k.args = k.flags.Args()
	return err
}

// isSet reports whether a flag was given.
func (k *call) isSet(name string) (set bool) {
	k.flags.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}

func (k *call) usage(out io.Writer) {
	fmt.Fprintf(out, "usage: tamagotake %s %s\n\n%s\n\n", k.name, k.command.args, strings.TrimSpace(k.short+".\n"+k.long))
	k.flags.SetOutput(out)
	k.flags.PrintDefaults()
}

func find(name string) (*command, error) {
	for i := range commands {
		if commands[i].name == name {
			return &commands[i], nil
		}
	}
	return nil, fmt.Errorf("unknown command %q; tamagotake help lists them", name)
}

func help(args []string, out io.Writer) error {
	if len(args) > 1 {
		return run([]string{args[1], "-h"}, out)
	}
	fmt.Fprint(out, "usage: tamagotake COMMAND [flags] [arguments]\n\n")
	for _, c := range commands {
		fmt.Fprintf(out, "  %-10s %s\n", c.name, c.short)
	}
	fmt.Fprint(out, "\ntamagotake help COMMAND says more.\n")
	return nil
}

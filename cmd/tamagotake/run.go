package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// The console is on the terminal, or a pipe. Ctrl-C is the program's.
var terminal = []string{"-chardev", "stdio,id=console,mux=on,signal=off", "-serial", "chardev:console"}

var runCommand = command{
	name: "run", args: "[-arch amd64|arm] [-machine NAME] [-config FILE] [PACKAGE [ARGUMENT...]]",
	short: "build a program and boot it in QEMU",
	long: `The console is on the terminal, or on the pipes of standard input and output; Ctrl-A X ends the
machine. When a pipe has ended, and the kernel prints nothing for 10 s, a line on standard error says
that it still runs. The exit status is the program's. What follows the package is the kernel's command line:
NAME=value words at its beginning are the program's environment, the rest its os.Args. -config FILE
is a configuration as a card can have it (tamagotake help config), to which they are added.`,
	run: func(k *call) error {
		return k.boot(func(string) []string { return terminal })
	},
}

var debugCommand = command{
	name: "debug", args: "[-arch amd64|arm] [-machine NAME] [-config FILE] [-port N] [PACKAGE [ARGUMENT...]]",
	short: "build a program and boot it stopped, for GDB",
	long:  `It prints the gdb command to type in another terminal.`,
	run: func(k *call) error {
		port := k.flags.Int("port", 1234, "TCP `port` of this machine to wait at for the debugger")
		return k.boot(func(sym string) []string {
			fmt.Fprintf(k.out, "gdb-multiarch -ex 'target remote localhost:%d' %s\n", *port, sym)
			return append(terminal[:len(terminal):len(terminal)], "-S", "-gdb", fmt.Sprintf("tcp:127.0.0.1:%d", *port))
		})
	},
}

// boot builds a program and boots it. more are further arguments for QEMU, given the name of the image
// with symbols.
func (k *call) boot(more func(sym string) []string) error {
	b := k.buildFlags()
	m := k.machineFlags(b)
	config := configFlags{k: k}
	config.addFlag()
	image := k.flags.String("o", "", "`file` for the image, which is kept; the one with symbols is beside it")
	if err := k.parse(); err != nil {
		return err
	}
	pkg, arguments := ".", []string(nil)
	if len(k.args) > 0 {
		pkg, arguments = k.args[0], k.args[1:]
	}
	arguments, err := config.withArguments(arguments)
	if err != nil {
		return err
	}
	on, err := m.choose()
	if err != nil {
		return err
	}
	t, err := b.toolchain()
	if err != nil {
		return err
	}
	p, err := t.build(pkg)
	if err != nil {
		return err
	}
	if *image == "" {
		dir, err := os.MkdirTemp("", "tamagotake-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		*image = filepath.Join(dir, "image.elf")
	}
	if err := p.write(*image); err != nil {
		return err
	}
	out, stop := watchInput(os.Stdin, os.Stdout, os.Stderr)
	defer stop()
	return m.boot(on, *image, out, arguments, more(symName(*image))...)
}

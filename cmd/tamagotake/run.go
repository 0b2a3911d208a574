package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tamagotake/tamagotake/internal/words"
	"github.com/tamagotake/tamagotake/qemu/machine"
)

// machineFlags are those of every command that boots a program.
type machineFlags struct {
	name, disk, more, out string
	k                     *call
	compile               *compile
}

func (k *call) machineFlags(b *compile) *machineFlags {
	m := &machineFlags{k: k, compile: b}
	k.flags.StringVar(&m.name, "machine", "", "`machine` to boot on: q35 (the default for amd64), microvm, mcimx6ul-evk (for arm), usbarmory or usbarmory-1g")
	k.flags.StringVar(&m.disk, "disk", "", "raw `image` of a disk for an amd64 machine, with a random device beside it")
	k.flags.StringVar(&m.out, "o", "", "`file` for the image, which is kept; the one with symbols is beside it")
	k.flags.StringVar(&m.more, "qemu", "", "further `arguments` for QEMU, separated by spaces; quotes keep some in one")
	return m
}

// choose finds the machine. It decides the processor and adds to the build tags.
func (m *machineFlags) choose() (machine.Machine, error) {
	arch := ""
	if m.k.isSet("arch") || m.name == "" {
		arch = m.compile.arch
	}
	found, err := machine.Lookup(m.name, arch)
	if err != nil {
		return found, err
	}
	m.compile.arch = found.Arch
	m.compile.tags = strings.Trim(m.compile.tags+","+found.Tags, ",")
	return found, nil
}

// command is QEMU with an image. It ends with the context.
func (m *machineFlags) command(ctx context.Context, on machine.Machine, image string, args ...string) (*exec.Cmd, error) {
	if _, err := exec.LookPath(on.QEMU[0]); err != nil {
		return nil, fmt.Errorf("%s is not here: tamagotake doctor says how to get it", on.QEMU[0])
	}
	all := append(on.QEMU[1:len(on.QEMU):len(on.QEMU)], "-nodefaults", "-display", "none", "-kernel", image)
	if m.disk != "" {
		disk, err := diskArgs(on, m.disk)
		if err != nil {
			return nil, err
		}
		all = append(all, disk...)
	}
	more, err := words.Split(m.more)
	if err != nil {
		return nil, fmt.Errorf("-qemu: %w", err)
	}
	all = append(append(all, args...), more...)
	cmd := exec.CommandContext(ctx, on.QEMU[0], all...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	return cmd, nil
}

// diskArgs are QEMU's arguments for a disk.
func diskArgs(on machine.Machine, name string) ([]string, error) {
	if on.Arch != "amd64" {
		return nil, fmt.Errorf("-disk is for amd64, %s has none", on.Name)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("there is no disk %q: qemu-img create -f raw FILE 64M makes one", name)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() && info.Mode()&os.ModeDevice == 0:
		return nil, fmt.Errorf("%s is neither a file nor a device", name)
	}
	// Before a colon QEMU expects a protocol, unless there is a slash before; a comma ends the name
	// unless there are two.
	if !filepath.IsAbs(name) {
		name = "./" + name
	}
	kind := map[string]string{"q35": "pci", "microvm": "device"}[on.Name]
	return []string{"-global", "virtio-mmio.force-legacy=false",
		"-drive", "if=none,id=disk,format=raw,file=" + strings.ReplaceAll(name, ",", ",,"),
		"-device", "virtio-blk-" + kind + ",drive=disk", "-device", "virtio-rng-" + kind}, nil
}

// The console is on the terminal, or a pipe. Ctrl-C is the program's.
var terminal = []string{"-chardev", "stdio,id=console,mux=on,signal=off", "-serial", "chardev:console"}

var runCommand = command{
	name: "run", args: "[-arch amd64|arm] [-machine NAME] [PACKAGE [ARGUMENT...]]",
	short: "build a program and boot it in QEMU",
	long: `The console is on the terminal, or on the pipes of standard input and output; Ctrl-A X ends the
machine. The exit status is the program's. What follows the package is the kernel's command line:
NAME=value words at its beginning are the program's environment, the rest its os.Args.`,
	run: func(k *call) error {
		return k.boot(func(string) []string { return terminal })
	},
}

var debugCommand = command{
	name: "debug", args: "[-arch amd64|arm] [-machine NAME] [-port N] [PACKAGE [ARGUMENT...]]",
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

// boot builds a program and starts it. args are QEMU's arguments, given the name of the image with
// symbols.
func (k *call) boot(args func(sym string) []string) error {
	b := k.compileFlags()
	m := k.machineFlags(b)
	if err := k.parse(); err != nil {
		return err
	}
	pkg, arguments := ".", []string(nil)
	if len(k.args) > 0 {
		pkg, arguments = k.args[0], k.args[1:]
	}
	on, err := m.choose()
	if err != nil {
		return err
	}
	line, err := on.CommandLine(arguments)
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
	image := m.out
	if image == "" {
		dir, err := os.MkdirTemp("", "tamagotake-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		image = filepath.Join(dir, "image.elf")
	}
	if err := p.write(image); err != nil {
		return err
	}
	// The machine does not outlive the tool.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	cmd, err := m.command(ctx, on, image, append(line, args(symName(image))...)...)
	if err != nil {
		return err
	}
	return programStatus(on, b.do(cmd))
}

// status is the exit status of a program that has failed.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// programStatus takes the program's status from how QEMU has ended. A QEMU that was killed is a
// failure of the tool.
func programStatus(on machine.Machine, err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !exit.Exited() {
		return err
	}
	return status(machine.ProgramStatus(on.QEMU[0], exit.ExitCode()))
}

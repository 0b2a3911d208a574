package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/deploy/disk"
	"github.com/tamagotake/tamagotake/internal/input"
	"github.com/tamagotake/tamagotake/internal/output"
)

var diskCommand = command{
	name: "disk", args: "[-config FILE] [-o FILE] [PACKAGE | IMAGE.elf] [-- WORD...]",
	short: "build a disk that a PC starts, by BIOS or UEFI",
	long: `FILE, by default PACKAGE-amd64.iso in the current directory, goes as it is to a USB stick, a hard disk
or a CD. GRUB starts the program; grub-mkrescue makes the disk.
` + configHelp,
	run: func(k *call) error {
		b := k.buildFlags()
		config := k.configFlags()
		out := k.flags.String("o", "", "`file` to write")
		if err := k.parse(); err != nil {
			return err
		}
		arg, err := k.onePackage()
		if err != nil {
			return err
		}
		if b.arch != "amd64" {
			return fmt.Errorf("disk: the processor of a PC is amd64: leave out -arch %s", b.arch)
		}
		if *out == "" {
			if *out, err = b.defaultName(arg, b.arch, ".iso"); err != nil {
				return err
			}
		}
		if err := output.CheckAll(*out); err != nil {
			return err
		}
		// GRUB leaves out what it does not find, and makes a disk that one kind of PC does not start.
		if missing := examine(io.Discard, []string{"iso"}); len(missing) > 0 {
			return fmt.Errorf("disk: missing: %s", howToInstall(missing))
		}
		program, err := b.programOf(arg)
		if err == nil && image.HasMultiboot(program) { // disk.Create has an error for others
			program, err = config.put(arg, program)
		}
		if err != nil {
			return err
		}
		p := startProgress("making " + *out)
		err = disk.Create(*out, program, func(cmd *exec.Cmd) ([]byte, error) {
			b.show(cmd)
			return cmd.CombinedOutput()
		})
		p.stop()
		if err != nil {
			return fmt.Errorf("%s: %w", arg, err)
		}
		info, err := os.Stat(*out)
		if err != nil {
			return err
		}
		fmt.Fprintf(k.out, "%s: %d MiB\n", *out, info.Size()>>20)
		return nil
	},
}

// programOf is the image of a package, or one that was built before.
func (b *compile) programOf(arg string) ([]byte, error) {
	if isFile(arg) {
		return input.ReadFile(arg, input.ImageMax)
	}
	t, err := b.toolchain()
	if err != nil {
		return nil, err
	}
	p, err := t.build(arg)
	if err != nil {
		return nil, err
	}
	return p.stripped, nil
}

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// need is a program, or a file by its path, that some purposes want.
type need struct {
	name, debian string // the Debian package that has it
	purposes     string // words of purposes
}

var needs = []need{
	{"qemu-system-x86_64", "qemu-system-x86", "amd64"},
	{"qemu-system-arm", "qemu-system-arm", "arm"},
	{"gdb-multiarch", "gdb-multiarch", "debug"},
	{"qemu-img", "qemu-utils", "disks"},
	{"/usr/share/ovmf/OVMF.fd", "ovmf", "uefi"},
	{"grub-mkrescue", "grub-common", "iso"},
	{"xorriso", "xorriso", "iso"},
	{"mformat", "mtools", "iso"},
	{"/usr/lib/grub/i386-pc/multiboot2.mod", "grub-pc-bin", "iso"},
	{"/usr/lib/grub/x86_64-efi/multiboot2.mod", "grub-efi-amd64-bin", "iso"},
	{"mkimage", "u-boot-tools", "checks"},
	{"fsck.fat", "dosfstools", "checks"},
	{"mtype", "mtools", "checks"},
}

// purposes are what needs are for, in the order in which they are told.
var purposes = []struct{ name, what string }{
	{"amd64", "run and test, amd64"},
	{"arm", "run and test, ARM"},
	{"debug", "tamagotake debug"},
	{"disks", "disks for a virtual machine"},
	{"uefi", "boot a disk by UEFI"},
	{"iso", "a disk that a PC starts from"},
	{"checks", "this repository's tests of images and cards"},
}

var doctorCommand = command{
	name: "doctor", args: "[-install] [PURPOSE...]",
	short: "say what is needed, whether it is here, and how to get it",
	long:  doctorLong(),
	run: func(k *call) error {
		install := k.flags.Bool("install", false, "install the Debian packages that are missing: at once as root or if the environment has CI, after a question otherwise; says nothing if all is here")
		if err := k.parse(); err != nil {
			return err
		}
		for _, p := range k.args {
			if !slices.ContainsFunc(purposes, func(q struct{ name, what string }) bool { return q.name == p }) {
				return fmt.Errorf("doctor: no purpose %q; tamagotake help doctor lists them", p)
			}
		}
		if *install {
			missing := examine(io.Discard, k.args)
			return installPackages(missing)
		}
		return diagnose(k.out, k.args)
	},
}

func doctorLong() string {
	var b strings.Builder
	b.WriteString("It fails if something is missing. PURPOSE leaves out what is for others:\n\n")
	for _, p := range purposes {
		fmt.Fprintf(&b, "	%-8s %s\n", p.name, p.what)
	}
	return b.String()
}

// wanted reports whether a need is for one of the purposes; none is all.
func (n need) wanted(list []string) bool {
	return len(list) == 0 || slices.ContainsFunc(strings.Fields(n.purposes), func(p string) bool { return slices.Contains(list, p) })
}

// find returns where it is.
func (n need) find() (path string, ok bool) {
	if filepath.IsAbs(n.name) {
		_, err := os.Stat(n.name)
		return n.name, err == nil
	}
	path, err := exec.LookPath(n.name)
	return path, err == nil
}

// examine prints which needs are met, and returns the Debian packages of the others.
func examine(out io.Writer, list []string) (missing []string) {
	for _, n := range needs {
		if !n.wanted(list) {
			continue
		}
		if path, ok := n.find(); ok {
			fmt.Fprintf(out, "ok       %-20s %s\n", filepath.Base(n.name), path)
			continue
		}
		var what []string
		for _, p := range purposes {
			if slices.Contains(strings.Fields(n.purposes), p.name) {
				what = append(what, p.what)
			}
		}
		fmt.Fprintf(out, "MISSING  %-20s %s: Debian package %s\n", filepath.Base(n.name), strings.Join(what, ", "), n.debian)
		if !slices.Contains(missing, n.debian) {
			missing = append(missing, n.debian)
		}
	}
	return missing
}

func diagnose(out io.Writer, list []string) error {
	missing := examine(out, list)
	version, err := exec.Command("go", "version").CombinedOutput()
	if text := strings.TrimSpace(string(version)); err == nil {
		fmt.Fprintf(out, "ok       %-20s %s\n", "go", text)
	} else {
		fmt.Fprintf(out, "MISSING  %-20s go.dev/dl, any release from 1.21 on: %s\n", "go", firstOf(text, err.Error()))
	}
	switch {
	case len(missing) > 0:
		return fmt.Errorf("doctor: missing: %s", howToInstall(missing))
	case err != nil:
		return errors.New("doctor: there is no go command")
	}
	return nil
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// howToInstall is the line to type.
func howToInstall(packages []string) string {
	list := strings.Join(packages, " ")
	if _, err := exec.LookPath("apt-get"); err == nil {
		if os.Getuid() != 0 {
			return "sudo apt-get install " + list
		}
		return "apt-get install " + list
	}
	if runtime.GOOS == "darwin" {
		return "what these Debian packages have, such as brew install qemu: " + list
	}
	return "what these Debian packages have: " + list
}

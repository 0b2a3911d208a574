// Package disk makes a disk that a PC starts, by BIOS or UEFI, from a USB stick, a hard disk or a
// CD: an ISO file system with GRUB for both, and the program.
//
//	BIOS --> boot sector   --> GRUB (i386-pc)    --> Multiboot2 --> program
//	UEFI --> EFI partition --> GRUB (x86_64-efi) --> Multiboot2 --> program
package disk

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/internal/output"
)

//go:embed grub.cfg
var grubConfig []byte

// Create writes a disk with the program to a file of that name. run runs grub-mkrescue and returns
// what it has said.
func Create(name string, program []byte, run func(*exec.Cmd) ([]byte, error)) error {
	if err := output.Check(name); err != nil {
		return err
	}
	// GRUB says it at the start only, on a screen.
	if !image.HasMultiboot(program) {
		return errors.New("no Multiboot2 header, by which GRUB starts a program: tamagotake build makes images for amd64 that have one")
	}
	work, err := os.MkdirTemp("", "tamagotake-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	tree, made := filepath.Join(work, "tree"), filepath.Join(work, "disk")
	grub := filepath.Join(tree, "boot", "grub")
	if err := errors.Join(os.MkdirAll(grub, 0o755),
		os.WriteFile(filepath.Join(tree, "boot", "tamagotake.elf"), program, 0o644),
		os.WriteFile(filepath.Join(grub, "grub.cfg"), grubConfig, 0o644)); err != nil {
		return err
	}
	if said, err := run(exec.Command("grub-mkrescue", "-o", made, tree)); err != nil {
		return fmt.Errorf("grub-mkrescue: %w: %s", err, lastLine(said))
	}
	from, err := os.Open(made)
	if err != nil {
		return fmt.Errorf("grub-mkrescue has made no disk: %w", err)
	}
	defer from.Close()
	return output.Write(name, 0o644, func(to *os.File) error {
		_, err := io.Copy(to, from)
		return err
	})
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

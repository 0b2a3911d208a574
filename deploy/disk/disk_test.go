package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is a file with the beginning of a Multiboot2 header, as far as GRUB looks for it.
func program() []byte {
	b := make([]byte, 4096)
	const magic = uint32(0xe85250d6)
	length := uint32(16)
	for i, word := range []uint32{magic, 0, length, -(magic + length)} {
		binary.LittleEndian.PutUint32(b[64+4*i:], word)
	}
	return b
}

// grub stands for grub-mkrescue: it makes a disk of what it finds in the tree.
func grub(cmd *exec.Cmd) ([]byte, error) {
	out, tree := cmd.Args[2], cmd.Args[3]
	var disk []byte
	err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(tree, path)
		disk = append(append(disk, name+"\n"...), text...)
		return err
	})
	return nil, errors.Join(err, os.WriteFile(out, disk, 0o644))
}

// GRUB gets the program where its configuration says that it is, and what it makes is at its place.
func TestCreate(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.iso")
	if err := Create(name, program(), grub); err != nil {
		t.Fatal(err)
	}
	disk, err := os.ReadFile(name)
	if err != nil || !bytes.Contains(disk, append([]byte("boot/tamagotake.elf\n"), program()...)) || !bytes.Contains(disk, []byte("boot/grub/grub.cfg\n")) || !bytes.Contains(disk, []byte("\nmultiboot2 /boot/tamagotake.elf\n")) {
		t.Errorf("%v, %q", err, disk)
	}
}

// A disk that would not start is not made, and a failure of GRUB's is one line.
func TestFailures(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.iso")
	fails := func(*exec.Cmd) ([]byte, error) {
		return []byte("first\nxorriso : FAILURE : no space\n"), errors.New("exit status 32")
	}
	silent := func(*exec.Cmd) ([]byte, error) { return nil, nil }
	for _, c := range []struct {
		program []byte
		run     func(*exec.Cmd) ([]byte, error)
		want    string
	}{
		{make([]byte, 4096), grub, "no Multiboot2 header"},
		{nil, grub, "no Multiboot2 header"},
		{program(), fails, "grub-mkrescue: exit status 32: xorriso : FAILURE : no space"},
		{program(), silent, "grub-mkrescue has made no disk"},
	} {
		if err := Create(name, c.program, c.run); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %s", err, c.want)
		}
		if _, err := os.Stat(name); err == nil {
			t.Fatalf("%s: there is a disk", c.want)
		}
	}
}

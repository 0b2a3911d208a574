// Command pack makes the bootable image of a linked program, and beside it the
// same with symbols for the debugger:
//
//	linked program          -sym FILE: bootable, with symbols and debug information
//	                  --->   -o FILE: bootable, stripped
//
// An amd64 program gets its PVH note; an ARM one needs none, the loader jumps to
// the ELF entry point.
//
// Usage:
//
//	go run ./boot/image/pack [-sym FILE] -o FILE PROGRAM
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"tamagotake/boot/image"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: pack [-sym FILE] -o FILE PROGRAM")
		flag.PrintDefaults()
	}
	out := flag.String("o", "", "stripped image to write")
	sym := flag.String("sym", "", "image with symbols to write (may be PROGRAM itself)")
	flag.Parse()
	if *out == "" || flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := pack(flag.Arg(0), *out, *sym); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func pack(program, out, sym string) error {
	file, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	whole, stripped, err := image.Pack(file)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	if sym != "" {
		if err := write(sym, whole); err != nil {
			return err
		}
	}
	return write(out, stripped)
}

// write replaces the file in one step: a reader, QEMU for instance, sees the old
// image or the new one and never a part.
func write(name string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".pack-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Chmod(0o755), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

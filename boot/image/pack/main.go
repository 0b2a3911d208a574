// Command pack makes the bootable image of a linked program, and beside it the
// same with symbols for the debugger:
//
//	linked program          -sym FILE: bootable, with symbols and debug information
//	                  --->   -o FILE: bootable, stripped
//
// An amd64 program gets its PVH note and Multiboot2 header; an ARM one needs none, the loader jumps to
// the ELF entry point.
//
// Usage:
//
//	go run ./boot/image/pack [-sym FILE] -o FILE PROGRAM
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/boot/input"
	"github.com/tamagotake/tamagotake/boot/output"
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
	if err := output.CheckAll(out, sym); err != nil {
		return err
	}
	file, err := input.ReadFile(program, input.ImageMax)
	if err != nil {
		return err
	}
	whole, stripped, err := image.Pack(file)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	if sym != "" {
		if err := output.WriteFile(sym, whole, 0o755); err != nil {
			return err
		}
	}
	return output.WriteFile(out, stripped, 0o755)
}

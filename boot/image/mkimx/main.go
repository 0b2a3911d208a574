// Command mkimx makes the image that the boot ROM of a USB armory loads.
//
//	kernel (ELF) + settings of the board (cfg)  --->  -o FILE
//
// Usage:
//
//	go run ./boot/image/mkimx -cfg FILE -o FILE PROGRAM
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"tamagotake/boot/image"
	"tamagotake/boot/image/imx"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: mkimx -cfg FILE -o FILE PROGRAM")
		flag.PrintDefaults()
	}
	cfg := flag.String("cfg", "", "imximage configuration: the board's registers")
	out := flag.String("o", "", "image to write")
	flag.Parse()
	if *cfg == "" || *out == "" || flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*cfg, flag.Arg(0), *out); err != nil {
		fmt.Fprintln(os.Stderr, "mkimx:", err)
		os.Exit(1)
	}
}

func run(cfg, program, out string) error {
	text, err := os.ReadFile(cfg)
	if err != nil {
		return err
	}
	config, err := imx.ParseConfig(filepath.Base(cfg), text)
	if err != nil {
		return err
	}
	file, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	memory, err := image.Flat(file)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	img, err := imx.Build(config, memory)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	if err := image.WriteFile(out, img, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d KiB to %#08x, entry %#08x, %d registers in the DCD\n",
		out, len(img)>>10, memory.Base, memory.Entry, len(config.Writes))
	return nil
}

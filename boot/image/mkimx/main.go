// Command mkimx makes the image that the boot ROM of a USB armory loads.
//
//	kernel (ELF) + settings of the board (cfg) + keys  --->  -o FILE
//
// Usage:
//
//	go run ./boot/image/mkimx -cfg FILE [-sign DIR [-usb]] -o FILE PROGRAM
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/boot/image/sign"
	"github.com/tamagotake/tamagotake/boot/input"
	"github.com/tamagotake/tamagotake/boot/output"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: mkimx -cfg FILE [-sign DIR [-usb]] -o FILE PROGRAM")
		flag.PrintDefaults()
	}
	cfg := flag.String("cfg", "", "imximage configuration: the board's registers")
	keys := flag.String("sign", "", "directory of keys to sign it with")
	usb := flag.Bool("usb", false, "sign it for a download over USB, not for a card")
	out := flag.String("o", "", "image to write")
	flag.Parse()
	if *cfg == "" || *out == "" || flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*cfg, flag.Arg(0), *keys, *usb, *out); err != nil {
		fmt.Fprintln(os.Stderr, "mkimx:", err)
		os.Exit(1)
	}
}

func run(cfg, program, keys string, usb bool, out string) error {
	if err := output.CheckAll(out); err != nil {
		return err
	}
	text, err := input.ReadFile(cfg, 1<<20)
	if err != nil {
		return err
	}
	config, err := imx.ParseConfig(filepath.Base(cfg), text)
	if err != nil {
		return err
	}
	file, err := input.ReadFile(program, input.ImageMax)
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
	signed := "not signed"
	if keys != "" {
		k, err := sign.ReadKeys(keys)
		if err != nil {
			return err
		}
		way := sign.Card
		if signed = "signed"; usb {
			way, signed = sign.USB, "signed for USB"
		}
		if img, err = sign.Image(img, k, way); err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
		signed += fmt.Sprintf(", root keys' hash %x", k.SRKHash())
	}
	if err := output.WriteFile(out, img, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d KiB to %#08x, entry %#08x, %d registers in the DCD, %s\n",
		out, len(img)>>10, memory.Base, memory.Entry, len(config.Writes), signed)
	return nil
}

// Command mkcard makes the content of a whole card for a USB armory: the image of the boot
// ROM and, if files are named, a FAT partition with them.
//
// Usage:
//
//	go run ./boot/card/mkcard -o FILE IMX [FILES]
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/tamagotake/tamagotake/boot/card"
	"github.com/tamagotake/tamagotake/boot/input"
	"github.com/tamagotake/tamagotake/boot/output"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: mkcard -o FILE IMX [FILES]")
		flag.PrintDefaults()
	}
	out := flag.String("o", "", "card image to write")
	flag.Parse()
	if *out == "" || flag.NArg() < 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*out, flag.Arg(0), flag.Args()[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mkcard:", err)
		os.Exit(1)
	}
}

func run(out, imx string, files []string) error {
	if err := output.CheckAll(out); err != nil {
		return err
	}
	img, err := input.ReadFile(imx, input.ImageMax)
	if err != nil {
		return err
	}
	if err := card.Create(out, img, files); err != nil {
		return fmt.Errorf("%s: %w", imx, err)
	}
	info, err := os.Stat(out)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d MiB, %d files in its partition\n", out, info.Size()>>20, len(files))
	return nil
}

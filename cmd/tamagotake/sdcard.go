package main

import (
	"fmt"
	"os"

	"github.com/tamagotake/tamagotake/deploy/card"
	"github.com/tamagotake/tamagotake/deploy/sign"
	"github.com/tamagotake/tamagotake/internal/output"
)

var sdcardCommand = command{
	name: "sdcard", args: "[-board NAME] [-config FILE] [-sign DIR] [-o FILE] [PACKAGE | IMAGE.elf | IMAGE.imx [FILE...]] [-- WORD...]",
	short: "build a whole card that a USB armory starts from",
	long: `The card has the image of tamagotake imx and, if files are named behind it, a FAT partition with
them. The card image is by default PACKAGE-BOARD.img in the current directory; tamagotake flash writes
it to a card.
` + configHelp,
	run: func(k *call) error {
		a := k.armoryFlags()
		out := k.flags.String("o", "", "card image to write, a `file`")
		if err := a.parse(); err != nil {
			return err
		}
		arg, files := ".", []string(nil)
		if len(k.args) > 0 {
			arg, files = k.args[0], k.args[1:]
		}
		var err error
		if *out == "" {
			if *out, err = a.defaultName(arg, ".img"); err != nil {
				return err
			}
		}
		if err := output.CheckAll(*out); err != nil {
			return err
		}
		img, err := a.image(arg, sign.Card)
		if err != nil {
			return err
		}
		if err := card.Create(*out, img.File, files); err != nil {
			return err
		}
		info, err := os.Stat(*out)
		if err != nil {
			return err
		}
		fmt.Fprintf(k.out, "%s: %d MiB, %d files in its partition\n", *out, info.Size()>>20, len(files))
		return nil
	},
}

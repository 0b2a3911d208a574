package main

import (
	"fmt"

	"github.com/tamagotake/tamagotake/deploy/sdp"
	"github.com/tamagotake/tamagotake/deploy/sign"
	"github.com/tamagotake/tamagotake/internal/output"
)

// sdpRoot is where /sys and /dev are.
var sdpRoot = "/"

var sdpCommand = command{
	name: "sdp", args: "[-board NAME] [-config FILE] [-sign DIR] [-o FILE] [PACKAGE | IMAGE.elf | IMAGE.imx] [-- WORD...]",
	short: "load a program over USB into a USB armory that waits for it",
	long: `The board waits for a download if it finds no card to start from; nothing is written to one. What
is signed is signed for a download: a closed board takes it by no other way. -o keeps the image.
` + configHelp,
	run: func(k *call) error {
		a := k.armoryFlags()
		out := k.flags.String("o", "", "`file` to keep the image in")
		if err := a.parse(); err != nil {
			return err
		}
		arg, err := k.onePackage()
		if err != nil {
			return err
		}
		if err := output.CheckAll(*out); err != nil {
			return err
		}
		img, err := a.image(arg, sign.USB)
		if err != nil {
			return err
		}
		if *out != "" {
			if err := output.WriteFile(*out, img.File, 0o644); err != nil {
				return err
			}
		}
		fmt.Fprintf(k.out, "%s: %s\n", firstOf(*out, "image"), img.About)
		p := startProgress("sending")
		defer p.stop()
		err = sdp.Download(sdpRoot, img.File, p.beside(k.out), func(percent int) { p.say(fmt.Sprintf("sent %d%%", percent)) })
		if err != nil {
			return fmt.Errorf("sdp: %w", err)
		}
		return nil
	},
}

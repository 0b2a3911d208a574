package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/tamagotake/tamagotake/deploy/flash"
)

var flashCommand = command{
	name: "flash", args: "-dev DISK [-config FILE] [-yes] [-force] IMAGE [-- WORD...]",
	short: "write a card image to a card, after checks and a question, and read it back",
	long: `IMAGE is what tamagotake sdcard makes; lsblk lists disks. It refuses partitions, disks that are
mounted or otherwise in use, and the system's own, whatever it is told. A file may stand for the disk.
` + configHelp,
	run: func(k *call) error {
		dev := k.flags.String("dev", "", "`disk` to write to, such as /dev/sdX")
		config := k.configFlags()
		yes := k.flags.Bool("yes", false, "do not ask")
		force := k.flags.Bool("force", false, "also to a disk that is not removable or has more than 256 GB")
		if err := k.parse(); err != nil {
			return err
		}
		if len(k.args) != 1 {
			return errors.New("flash: want one card image, such as tamagotake sdcard makes; flags come first")
		}
		change, err := config.change(k.args[0])
		if err != nil {
			return fmt.Errorf("flash: %w", err)
		}
		p := startProgress("") // not while the question is asked
		defer p.stop()
		err = flash.Write(*dev, k.args[0], flash.Options{Yes: *yes, Force: *force, Change: change, In: os.Stdin, Out: p.beside(k.out),
			Progress: func(what string, percent int) {
				if what == "verified" && percent == 100 {
					p.say("") // what is printed now is the end
					return
				}
				p.say(fmt.Sprintf("%s %d%%", what, percent))
			}})
		if err != nil {
			return fmt.Errorf("flash: %w", err)
		}
		return nil
	},
}

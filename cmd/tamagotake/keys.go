package main

import (
	"errors"
	"fmt"

	"github.com/tamagotake/tamagotake/deploy/sign"
)

var keysCommand = command{
	name: "keys", args: "DIR",
	short: "make keys to sign images with, in a directory that has none",
	long: `tamagotake imx, sdcard and sdp sign with them: -sign DIR. The hash of the root keys is what a board
is closed with; nothing here burns a fuse, and docs/usbarmory.md says what closing one means.`,
	run: func(k *call) error {
		if err := k.parse(); err != nil {
			return err
		}
		if len(k.args) != 1 || k.args[0] == "" {
			return errors.New("keys: want one directory: tamagotake keys DIR, or make keys SIGN=DIR")
		}
		dir := k.args[0]
		p := startProgress("making keys")
		err := sign.MakeKeys(dir)
		p.stop()
		if err != nil {
			return fmt.Errorf("keys: %w", err)
		}
		made, err := sign.ReadKeys(dir)
		if err != nil {
			return fmt.Errorf("keys: %w", err)
		}
		fmt.Fprintf(k.out, "%s: four root keys, one for command sequences, one for images\n", dir)
		fmt.Fprintf(k.out, "hash of the root keys: %x\n", made.SRKHash())
		return nil
	},
}

// Command mkkeys makes keys to sign images with, in a directory that has none.
//
// Usage:
//
//	go run ./boot/image/mkkeys DIR
package main

import (
	"fmt"
	"os"

	"github.com/tamagotake/tamagotake/boot/image/sign"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: mkkeys DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "mkkeys:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	if err := sign.MakeKeys(dir); err != nil {
		return err
	}
	k, err := sign.ReadKeys(dir)
	if err != nil {
		return err
	}
	fmt.Printf("%s: four root keys, one for command sequences, one for images\n", dir)
	fmt.Printf("hash of the root keys: %x\n", k.SRKHash())
	return nil
}

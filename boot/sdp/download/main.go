// Command download loads an image over USB into the memory of a USB armory that waits for a
// download, and starts it.
//
// Usage:
//
//	go run ./boot/sdp/download IMX
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/boot/sdp"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: download IMX")
		os.Exit(2)
	}
	if err := run("/", os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sdp:", err)
		os.Exit(1)
	}
}

func run(root, name string, out io.Writer) error {
	file, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	m, err := imx.Parse(file)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	path, chip, err := sdp.Find(root)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s at %s\n", chip, path)
	d, err := sdp.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	closed, err := sdp.Load(d, m, func(done, of int) {
		fmt.Fprintf(out, "\rsent %3d%% ", done*100/of)
		if done == of {
			fmt.Fprintln(out)
		}
	})
	if err != nil {
		return err
	}
	if closed {
		fmt.Fprintln(out, "the device is closed: it starts the image only if it is signed for this way of loading")
	}
	fmt.Fprintf(out, "started at %#08x\n", m.Entry)
	return nil
}

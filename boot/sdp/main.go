// Command sdp loads an image over USB into the memory of a USB armory and starts it: the
// boot ROM's serial download protocol, with no card and nothing written to one.
//
//	image --> reports (armory-boot's package sdp) --> /dev/hidrawN --> boot ROM
//
// Usage:
//
//	go run ./boot/sdp IMX
//
// IMX6ULLRM = i.MX 6ULL Applications Processor Reference Manual, rev. 1, 11/2017.
package main

import (
	"fmt"
	"io"
	"os"

	"tamagotake/boot/image/imx"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sdp IMX")
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
	path, chip, err := find(root)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s at %s\n", chip, path)
	d, err := openHID(path)
	if err != nil {
		return err
	}
	defer d.Close()
	closed, err := load(d, m, func(done, of int) {
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

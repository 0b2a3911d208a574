// Command flash writes a card image to a card, after it has made as sure as it can that it
// is a card, and reads it back.
//
//	/dev/sdX --> sysfs, /proc: what is it, who uses it --> refuse, or show and ask
//	         --> write --> flush --> read back, compare
//
// Usage:
//
//	go run ./boot/flash [-yes] [-force] -dev /dev/sdX IMAGE
//
// It refuses partitions, disks that are mounted or otherwise in use, and the system's own,
// whatever it is told. Disks that are not removable or have more than 256 GB need -force.
// A file may stand for the disk.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

func main() {
	dev := flag.String("dev", "", "disk to write to")
	yes := flag.Bool("yes", false, "do not ask")
	force := flag.Bool("force", false, "also to a disk that is not removable or has more than 256 GB")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: flash [-yes] [-force] -dev /dev/sdX IMAGE")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	err := errors.New("which disk? make flash DEV=/dev/sdX; lsblk lists them")
	if *dev != "" {
		err = run(host{"/", statNode}, *dev, flag.Arg(0), *yes, *force, os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "flash:", err)
		os.Exit(1)
	}
}

func run(h host, dev, name string, yes, force bool, in io.Reader, out io.Writer) error {
	image, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; make flash-image makes it", err)
	}
	if err != nil {
		return err
	}
	defer image.Close()
	info, err := image.Stat()
	if err != nil {
		return err
	}
	if err := checkImage(image); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	d, err := h.find(dev)
	if err != nil {
		return err
	}
	if err := d.check(info.Size(), force); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, %s, to %s\n", name, size(info.Size()), d.describe())
	if !yes && !agreed(in, out) {
		return errors.New("nothing was written: type yes, or say YES=1")
	}
	to, err := open(d)
	if err != nil {
		return err
	}
	err = flash(to, image, info.Size(), func(what string, done int64) {
		fmt.Fprintf(out, "\r%s %3d%% ", what, done*100/info.Size())
		if done == info.Size() {
			fmt.Fprintln(out)
		}
	})
	if err = errors.Join(err, to.Close()); err != nil {
		return err
	}
	fmt.Fprintln(out, "done, and the same when read back")
	return nil
}

func agreed(in io.Reader, out io.Writer) bool {
	fmt.Fprint(out, "Overwrite it? yes or no: ")
	answer, _ := bufio.NewReader(in).ReadString('\n')
	return strings.TrimSpace(answer) == "yes"
}

// checkImage keeps apart what make sdcard and make imx write: the latter would lie in the
// place of the partition table.
func checkImage(image io.ReaderAt) error {
	b := make([]byte, 0x401)
	if _, err := image.ReadAt(b, 0); err != nil {
		return errors.New("too short for a card image")
	}
	const tagIVT = 0xd1
	if b[510] != 0x55 || b[511] != 0xaa || b[0x400] != tagIVT {
		return errors.New("not a card image: make sdcard makes one")
	}
	return nil
}

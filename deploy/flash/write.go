//go:build linux

package flash

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Write writes the card image of that name to a disk.
func Write(dev, name string, o Options) error {
	return write(host{"/", statNode}, dev, name, o)
}

func write(h host, dev, name string, o Options) error {
	if dev == "" {
		return errors.New("which disk? say -dev /dev/sdX, or DEV=/dev/sdX to make; lsblk lists them")
	}
	image, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; tamagotake sdcard makes one", err)
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
	if err := d.check(info.Size(), o.Force); err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "%s, %s, to %s\n", name, size(info.Size()), d.describe())
	if !o.Yes && !agreed("Overwrite it?", o.In, o.Out) {
		return errors.New("nothing was written: type yes, or say -yes, or YES=1 to make")
	}
	to, err := open(d)
	if err != nil {
		return err
	}
	var from io.ReaderAt = image
	if o.Change != nil {
		from = changed{image, o.Change}
	}
	err = flash(to, from, info.Size(), func(what string, done int64) {
		if o.Progress != nil {
			o.Progress(what, int(done*100/info.Size()))
		}
	})
	if err = errors.Join(err, to.Close()); err != nil {
		return err
	}
	fmt.Fprintln(o.Out, "done, and the same when read back")
	return nil
}

func agreed(question string, in io.Reader, out io.Writer) bool {
	fmt.Fprint(out, question+" yes or no: ")
	answer, _ := bufio.NewReader(in).ReadString('\n')
	return strings.TrimSpace(answer) == "yes"
}

// checkImage keeps apart what tamagotake sdcard and tamagotake imx write: the latter would lie in the
// place of the partition table.
func checkImage(image io.ReaderAt) error {
	b := make([]byte, 0x401)
	if _, err := image.ReadAt(b, 0); err != nil {
		return errors.New("too short for a card image")
	}
	const tagIVT = 0xd1
	if b[510] != 0x55 || b[511] != 0xaa || b[0x400] != tagIVT {
		return errors.New("not a card image: tamagotake sdcard makes one")
	}
	return nil
}

//go:build !linux

package flash

import (
	"errors"
	"io"
)

// Write has nothing to go by here: what a disk is and who uses it, Linux says in sysfs and /proc.
func Write(dev, name string, o Options) error {
	return errors.New("only Linux says enough of a disk to write to it; elsewhere, dd writes the image to the whole card")
}

func updateDisk(dev string, o Options, find func(disk io.ReaderAt, size int64) (*Change, error)) error {
	return errors.New("only Linux says enough of a disk to write to it; elsewhere, change the card image, and dd writes it to the whole card")
}

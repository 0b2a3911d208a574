//go:build linux

package flash

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

const chunkSize = 1 << 20

// flash writes the image to the beginning of the target and compares what it reads back.
func flash(to target, image io.ReaderAt, size int64, progress func(what string, done int64)) error {
	chunk := make([]byte, chunkSize)
	back := make([]byte, chunkSize)
	each := func(what string, f func(at int64, b []byte) error) error {
		for at := int64(0); at < size; at += chunkSize {
			b := chunk[:min(chunkSize, size-at)]
			if n, err := image.ReadAt(b, at); n < len(b) {
				return fmt.Errorf("reading the image at %d: %w", at, err)
			}
			if err := f(at, b); err != nil {
				return err
			}
			progress(what, at+int64(len(b)))
		}
		return nil
	}
	if err := each("written", func(at int64, b []byte) error {
		n, err := to.WriteAt(b, at)
		if err == nil && n < len(b) {
			err = io.ErrShortWrite
		}
		if err != nil {
			return fmt.Errorf("writing at %d: %w; what is on it now is neither old nor new", at+int64(n), err)
		}
		return nil
	}); err != nil {
		return err
	}
	if err := to.Flush(); err != nil {
		return fmt.Errorf("flushing: %w; what is on it now is neither old nor new", err)
	}
	return each("verified", func(at int64, b []byte) error {
		r := back[:len(b)]
		if n, err := to.ReadAt(r, at); n < len(r) {
			return fmt.Errorf("reading back at %d: %w", at+int64(n), err)
		}
		return same(at, r, b)
	})
}

// device is a target in /dev, or a file.
type device struct{ *os.File }

// open opens it for this program alone: the kernel refuses that for a disk that is in use,
// whatever the checks have overlooked.
func open(d *disk) (*device, error) {
	flags := os.O_RDWR
	if !d.regular {
		flags |= unix.O_EXCL
	}
	f, err := os.OpenFile(d.path, flags, 0)
	switch {
	case errors.Is(err, unix.EBUSY):
		return nil, fmt.Errorf("%s is in use: unmount it first", d.path)
	case errors.Is(err, unix.EACCES):
		return nil, fmt.Errorf("%w: run it as root, or as a member of the group that may write to disks", err)
	case errors.Is(err, unix.EROFS), errors.Is(err, unix.EPERM):
		return nil, fmt.Errorf("%w: is the card's lock on?", err)
	}
	return &device{f}, err
}

// Flush writes what the kernel has kept back, and makes it forget what it has read.
func (d *device) Flush() error {
	if err := d.Sync(); err != nil {
		return err
	}
	if info, err := d.Stat(); err == nil && info.Mode()&os.ModeDevice != 0 {
		return unix.IoctlSetInt(int(d.Fd()), unix.BLKFLSBUF, 0)
	}
	return unix.Fadvise(int(d.Fd()), 0, 0, unix.FADV_DONTNEED)
}

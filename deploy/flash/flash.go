// Package flash writes a card image to a card, after it has made as sure as it can that it
// is a card, and reads it back.
//
//	/dev/sdX --> sysfs, /proc: what is it, who uses it --> refuse, or show and ask
//	         --> write --> flush --> read back, compare
//
// It refuses partitions, disks that are mounted or otherwise in use, and the system's own,
// whatever it is told. Disks that are not removable or have more than 256 GB need Force.
// A file may stand for the disk.
//
// [Update] changes a few bytes of what is on a card, with the same checks.
package flash

import "io"

// Options say how [Write] goes about it.
type Options struct {
	Yes   bool      // do not ask
	Force bool      // also to a disk that is not removable or has more than 256 GB
	In    io.Reader // the answer to the question
	Out   io.Writer // the question, and what was done
	// Progress is told how much of the image is written, then verified.
	Progress func(what string, percent int)
	// Change replaces bytes of the image that [Write] writes, if it is not nil.
	Change *Change
}

// Change is some bytes, and where they go.
type Change struct {
	At    int64
	Bytes []byte
}

// changed is an image with a change.
type changed struct {
	io.ReaderAt
	*Change
}

func (c changed) ReadAt(b []byte, at int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(b, at)
	b = b[:n]
	switch {
	case c.At >= at && c.At-at < int64(n):
		copy(b[c.At-at:], c.Bytes)
	case c.At < at && at-c.At < int64(len(c.Bytes)):
		copy(b, c.Bytes[at-c.At:])
	}
	return n, err
}

// target is a disk that is open: a file, or something that fails as a disk does.
type target interface {
	io.WriterAt
	io.ReaderAt
	Flush() error // to the medium; what is read after it comes from there
}

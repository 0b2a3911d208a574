// Package flash writes a card image to a card, after it has made as sure as it can that it
// is a card, and reads it back.
//
//	/dev/sdX --> sysfs, /proc: what is it, who uses it --> refuse, or show and ask
//	         --> write --> flush --> read back, compare
//
// It refuses partitions, disks that are mounted or otherwise in use, and the system's own,
// whatever it is told. Disks that are not removable or have more than 256 GB need Force.
// A file may stand for the disk.
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
}

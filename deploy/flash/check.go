//go:build linux

package flash

import (
	"fmt"
	"strings"
)

// sizeMax is larger than the cards that are used for such boards, and smaller than the
// disks that are in computers.
const sizeMax = 256e9

// check says why nothing should be written to the disk. With force it may be a fixed one
// or a large one; one in use it may never be.
func (d *disk) check(imageBytes int64, force bool) error {
	switch {
	case d.regular && !force && d.sizeBytes > 0 && d.sizeBytes < imageBytes:
		return fmt.Errorf("%s is a file of %s and no card, the image has %s: if it is the right one, say -force, or FORCE=1 to make", d.path, size(d.sizeBytes), size(imageBytes))
	case d.regular:
		return nil
	case d.system:
		return fmt.Errorf("%s is this computer's own disk (%s)", d.path, strings.Join(d.uses, ", "))
	case len(d.uses) > 0:
		return fmt.Errorf("%s is in use (%s): unmount it first", d.path, strings.Join(d.uses, ", "))
	case d.sizeBytes == 0:
		return fmt.Errorf("%s is empty: is there no card in the reader?", d.path)
	case imageBytes > d.sizeBytes:
		return fmt.Errorf("%s has %s, the image %s", d.path, size(d.sizeBytes), size(imageBytes))
	case !force && !d.removable && !d.loop:
		return fmt.Errorf("%s is not removable (%s, %s): if it is the right one, say -force, or FORCE=1 to make", d.path, d.model, size(d.sizeBytes))
	case !force && d.sizeBytes > sizeMax:
		return fmt.Errorf("%s has %s, more than %s: if it is the right one, say -force, or FORCE=1 to make", d.path, size(d.sizeBytes), size(sizeMax))
	}
	return nil
}

// describe is what a person should see before it is overwritten.
func (d *disk) describe() string {
	if d.regular {
		return fmt.Sprintf("%s, a file of %s", d.path, size(d.sizeBytes))
	}
	s := d.title()
	if len(d.partitions) > 0 {
		s += fmt.Sprintf(", with %d partitions (%s), which will be lost", len(d.partitions), strings.Join(d.partitions, ", "))
	}
	return s
}

// title names a disk so that a person knows it again.
func (d *disk) title() string {
	s := d.path
	if d.model != "" {
		s += ", " + d.model
	}
	return s + ", " + size(d.sizeBytes)
}

// size in the units of those who sell cards.
func size(bytes int64) string {
	switch {
	case bytes >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
	case bytes >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

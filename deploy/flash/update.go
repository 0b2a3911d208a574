package flash

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// Update changes bytes of a disk or of a file, in place, and reads them back. find says which, given
// what is there; nil is no change. The checks of a disk are those of [Write], and it is not written
// to before a yes; a file is changed without a question.
//
// What is lost in the middle of it, a card that is pulled out for instance, leaves old and new bytes:
// the reader of what was changed must notice.
func Update(dev string, o Options, find func(disk io.ReaderAt, size int64) (*Change, error)) error {
	// The type is looked at before the file is opened: that waits at a FIFO.
	info, err := os.Stat(dev)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return updateDisk(dev, o, find)
	}
	f, err := os.OpenFile(dev, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	c, err := find(f, info.Size())
	if err != nil || c == nil {
		return err
	}
	if err := rewrite(file{f}, c); err != nil {
		return err
	}
	return f.Close()
}

// file is a target that is a file.
type file struct{ *os.File }

func (f file) Flush() error { return f.Sync() }

// rewrite writes the change to the target and compares what it reads back.
func rewrite(to target, c *Change) error {
	n, err := to.WriteAt(c.Bytes, c.At)
	if err == nil && n < len(c.Bytes) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("writing at %d: %w; what is there now is neither old nor new", c.At+int64(n), err)
	}
	if err := to.Flush(); err != nil {
		return fmt.Errorf("flushing: %w; what is there now is neither old nor new", err)
	}
	back := make([]byte, len(c.Bytes))
	if n, err := to.ReadAt(back, c.At); n < len(back) {
		return fmt.Errorf("reading back at %d: %w", c.At+int64(n), err)
	}
	return same(c.At, back, c.Bytes)
}

// same compares what was read back.
func same(at int64, got, want []byte) error {
	if bytes.Equal(got, want) {
		return nil
	}
	i := 0
	for got[i] == want[i] {
		i++
	}
	return fmt.Errorf("reading back: byte %d is %#02x, not %#02x: the card does not keep what is written to it", at+int64(i), got[i], want[i])
}

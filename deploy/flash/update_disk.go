//go:build linux

package flash

import (
	"errors"
	"fmt"
	"io"
)

func updateDisk(dev string, o Options, find func(disk io.ReaderAt, size int64) (*Change, error)) error {
	return host{"/", statNode}.update(dev, o, find)
}

func (h host) update(dev string, o Options, find func(disk io.ReaderAt, size int64) (*Change, error)) (err error) {
	d, err := h.find(dev)
	if err != nil {
		return err
	}
	if err := d.check(0, o.Force); err != nil {
		return err
	}
	to, err := open(d)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	c, err := find(to, d.sizeBytes)
	if err != nil || c == nil {
		return err
	}
	fmt.Fprintln(o.Out, d.title())
	if !o.Yes && !agreed("Change it?", o.In, o.Out) {
		return errors.New("nothing was written: type yes, or say -yes")
	}
	return rewrite(to, c)
}

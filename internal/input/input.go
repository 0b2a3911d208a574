// Package input reads the files that tools work on: regular ones, and no more of them than
// there can be. A device or a FIFO may have no end, nor may a file that grows as it is read.
package input

import (
	"errors"
	"fmt"
	"io"
	"os"
)

var (
	// ErrSpecial is the error for what is not a regular file.
	ErrSpecial = errors.New("not a regular file")
	// ErrTooLong is the error for a file that has more than it may have.
	ErrTooLong = errors.New("file is too long")
)

// ImageMax is more than any program or image has: the boards have a gigabyte at most.
const ImageMax = 1 << 30

// ReadFile returns the content of a regular file, or of one that a link leads to, of at most
// so many bytes.
func ReadFile(name string, most int64) ([]byte, error) {
	// The type is looked at before the file is opened: that waits at a FIFO.
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s (%v): %w", name, info.Mode().Type(), ErrSpecial)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info.Size() > most {
		return nil, fmt.Errorf("%s has %d bytes, at most %d can be used: %w", name, info.Size(), most, ErrTooLong)
	}
	content, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > most {
		return nil, fmt.Errorf("%s has more than the %d bytes that can be used: %w", name, most, ErrTooLong)
	}
	return content, nil
}

//go:build tamago && stockgo

package hal

import _ "unsafe"

// SetStdin has read called for each read of os.Stdin, on the goroutine that reads. It may wait, and
// blocks nothing but that goroutine; 0 without an error is the end of the input. nil, as at the
// start: there is no standard input, and a read is errors.ErrUnsupported. Thread level.
func SetStdin(read func(p []byte) (n int, err error)) { setStdin(read) }

// setStdin is provided by boot/port.
//
//go:linkname setStdin syscall.portSetStdin
func setStdin(read func(p []byte) (n int, err error))

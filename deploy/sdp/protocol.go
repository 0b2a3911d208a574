// Package sdp has the boot ROM of an i.MX 6UL, 6ULL or 6ULZ take an image over USB and start
// it: the serial download protocol, with no card and nothing written to one.
//
//	image --> reports (armory-boot's package sdp) --> /dev/hidrawN --> boot ROM
//
// IMX6ULLRM = i.MX 6ULL Applications Processor Reference Manual, rev. 1, 11/2017.
package sdp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/tamagotake/tamagotake/boot/image/imx"

	"github.com/usbarmory/armory-boot/sdp"
)

// Device is a USB device of the human interface class, as which the boot ROM shows itself: it
// takes and gives reports, whose first byte is their number.
type Device interface {
	Write(report []byte) (int, error)
	// Read returns one report, or [os.ErrDeadlineExceeded] when none comes in time.
	Read(report []byte, timeout time.Duration) (int, error)
}

// Reports (IMX6ULLRM 8.9.3.1).
const (
	reportCommand = 1 // to the device
	reportData    = 2
	reportHAB     = 3 // from it: whether it is locked
	reportStatus  = 4 // from it: how the command ended
	statusSize    = 64
)

// What the reports say (IMX6ULLRM 8.9.3.1, tables of each command). All of them read the
// same in either byte order.
const (
	habOpen       = 0x56787856
	habClosed     = 0x12343412
	dcdComplete   = 0x128a8a12
	writeComplete = 0x88888888
)

const (
	// dcdAddr is on-chip memory that the boot ROM leaves alone, where the DCD can wait
	// to be obeyed.
	dcdAddr = 0x00910000

	answerTimeout = 5 * time.Second
	// jumpTimeout is how long a complaint may take. There is none if all is well.
	jumpTimeout = time.Second
)

// Load has the boot ROM take an image and start it:
//
//	DCD_WRITE     the registers, memory controller and all     --> HAB, status
//	WRITE_FILE    the image, to where it says that it belongs  --> HAB, status
//	JUMP_ADDRESS  to its image vector table                    --> HAB, and it is gone
//
// It tells whether the device is closed: then it starts signed images only.
func Load(d Device, m *imx.Image, progress func(done, of int)) (closed bool, err error) {
	command, data := sdp.BuildDCDWriteReport(m.DCD, dcdAddr)
	if err := send(d, command, [][]byte{data}, nil); err != nil {
		return false, fmt.Errorf("DCD: %w", err)
	}
	if closed, err = answer(d, dcdComplete); err != nil {
		return closed, fmt.Errorf("DCD: %w", err)
	}
	command, chunks := sdp.BuildFileWriteReport(m.File, m.Self)
	if err := send(d, command, chunks, progress); err != nil {
		return closed, fmt.Errorf("image: %w", err)
	}
	if _, err := answer(d, writeComplete); err != nil {
		return closed, fmt.Errorf("image: %w", err)
	}
	if err := send(d, sdp.BuildJumpAddressReport(m.Self), nil, nil); err != nil {
		return closed, fmt.Errorf("jump: %w", err)
	}
	return closed, jumped(d)
}

// send sends a command and its data.
func send(d Device, command []byte, chunks [][]byte, progress func(done, of int)) error {
	if err := write(d, reportCommand, command); err != nil {
		return fmt.Errorf("sending the command: %w", err)
	}
	total, done := 0, 0
	for _, c := range chunks {
		total += len(c)
	}
	for _, c := range chunks {
		// A DCD may be longer than a report.
		for len(c) > 0 {
			n := min(len(c), sdp.HIDReportSize)
			if err := write(d, reportData, c[:n]); err != nil {
				return fmt.Errorf("sending byte %d of %d: %w", done, total, err)
			}
			c, done = c[n:], done+n
			if progress != nil {
				progress(done, total)
			}
		}
	}
	return nil
}

func write(d Device, number byte, content []byte) error {
	report := append([]byte{number}, content...)
	n, err := d.Write(report)
	if err == nil && n < len(report) {
		err = io.ErrShortWrite
	}
	return err
}

// answer reads what follows each command but a jump: the device's state, then the status.
func answer(d Device, want uint32) (closed bool, err error) {
	state, err := receive(d, reportHAB, answerTimeout)
	if err != nil {
		return false, err
	}
	if state != habOpen && state != habClosed {
		return false, fmt.Errorf("the device says neither that it is open nor closed, but %#08x", state)
	}
	closed = state == habClosed
	status, err := receive(d, reportStatus, answerTimeout)
	if err != nil {
		return closed, err
	}
	if status != want {
		return closed, fmt.Errorf("the device answers %#08x, not %#08x: refused", status, want)
	}
	return closed, nil
}

// receive reads one report and returns the first word in it.
func receive(d Device, number byte, timeout time.Duration) (uint32, error) {
	b := make([]byte, 1+statusSize)
	n, err := d.Read(b, timeout)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return 0, fmt.Errorf("no answer within %v", timeout)
	case err != nil:
		return 0, fmt.Errorf("reading the answer: %w", err)
	case n == 0 || b[0] != number:
		return 0, fmt.Errorf("report % x where number %d was expected: unplug it and try again", b[:min(n, 8)], number)
	case n < 5:
		return 0, fmt.Errorf("answer of %d bytes, at least 5 were expected", n)
	}
	return binary.BigEndian.Uint32(b[1:]), nil
}

// jumped waits for what the device has to say to a jump. When it jumps, it says its state
// and then no more, and leaves the bus, which may come first; a status is a refusal.
func jumped(d Device) error {
	b := make([]byte, 1+statusSize)
	for range 2 {
		n, err := d.Read(b, jumpTimeout)
		if err != nil {
			return nil // no answer, or no device: as it should be
		}
		if n >= 5 && b[0] == reportStatus {
			return fmt.Errorf("jump: the device answers %#08x: it did not start the image; a closed device starts signed images only", binary.BigEndian.Uint32(b[1:]))
		}
	}
	return nil
}

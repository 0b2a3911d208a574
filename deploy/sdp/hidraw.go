package sdp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// The boot ROMs as USB devices: vendor 15a2, Freescale (IMX6ULLRM 8.9.2, table of USB
// descriptors).
var devices = map[string]string{
	"000015A2:0000007D": "i.MX6UL",
	"000015A2:00000080": "i.MX6ULL or i.MX6ULZ",
}

// Find returns the node in /dev of the board, and what it is. Linux names the vendor and
// product of each hidraw device in sysfs (Documentation/hid/hidraw.rst), which is below root,
// as /dev is.
func Find(root string) (path, chip string, err error) {
	names, err := filepath.Glob(filepath.Join(root, "sys/class/hidraw/*/device/uevent"))
	if err != nil {
		return "", "", err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // unplugged meanwhile
		}
		for line := range strings.Lines(string(text)) {
			id, ok := strings.CutPrefix(strings.TrimSpace(line), "HID_ID=0003:") // on USB
			if !ok || devices[strings.ToUpper(id)] == "" {
				continue
			}
			if path != "" {
				return "", "", errors.New("more than one board waits for a download: unplug all but one")
			}
			path = filepath.Join(root, "dev", filepath.Base(filepath.Dir(filepath.Dir(name))))
			chip = devices[strings.ToUpper(id)]
		}
	}
	if path == "" {
		return "", "", errors.New("no board waits for a download (USB 15a2:0080 or 15a2:007d): is its card out and its boot switch set? see docs/usbarmory.md")
	}
	return path, chip, nil
}

// Hidraw is a [Device] of the kernel's hidraw driver.
type Hidraw struct{ *os.File }

// Open opens what [Find] has found.
func Open(path string) (*Hidraw, error) {
	// Not blocking, so that a deadline can be set.
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w: run it as root, or let a udev rule give you the device", err)
	}
	if err != nil {
		return nil, err
	}
	return &Hidraw{f}, nil
}

// Read returns one report.
func (h *Hidraw) Read(report []byte, timeout time.Duration) (int, error) {
	if err := h.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return 0, err
	}
	return h.File.Read(report)
}

//go:build linux

package flash

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// disk is what can be written to.
type disk struct {
	path       string
	regular    bool // a file, not a device: nothing of what follows is asked
	loop       bool // a device that is a file
	name       string
	model      string
	sizeBytes  int64
	removable  bool
	partitions []string
	uses       []string // who has it in use now, a line each
	system     bool     // one of the uses is this computer's own
}

// host is the computer that this runs on; a test has one of its own.
type host struct {
	root string // of /sys and /proc
	stat func(path string) (node, error)
}

// node is what a name in /dev is.
type node struct {
	regular, block bool
	major, minor   uint32
	sizeBytes      int64
}

func statNode(path string) (node, error) {
	var s unix.Stat_t
	if err := unix.Stat(path, &s); err != nil {
		return node{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return node{s.Mode&unix.S_IFMT == unix.S_IFREG, s.Mode&unix.S_IFMT == unix.S_IFBLK,
		unix.Major(uint64(s.Rdev)), unix.Minor(uint64(s.Rdev)), s.Size}, nil
}

// find says what the path is: from sysfs (Linux, Documentation/ABI/testing/sysfs-block),
// and who uses it, from /proc.
func (h host) find(path string) (*disk, error) {
	n, err := h.stat(path)
	if err != nil {
		return nil, err
	}
	if n.regular {
		return &disk{path: path, regular: true, sizeBytes: n.sizeBytes}, nil
	}
	if !n.block {
		return nil, fmt.Errorf("%s is neither a disk nor a file", path)
	}
	number := fmt.Sprintf("%d:%d", n.major, n.minor)
	dir, err := filepath.EvalSymlinks(h.file("sys/dev/block", number))
	if err != nil {
		return nil, fmt.Errorf("%s: the system knows no disk %s: %w", path, number, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "partition")); err == nil {
		return nil, fmt.Errorf("%s is a partition: name the whole disk, /dev/%s", path, filepath.Base(filepath.Dir(dir)))
	}
	d := &disk{path: path, name: filepath.Base(dir)}
	d.loop = strings.HasPrefix(d.name, "loop")
	sectors, err := strconv.ParseInt(read(dir, "size"), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%s: the system does not say how large it is", path)
	}
	d.sizeBytes = sectors * 512 // whatever the disk's own sectors are
	d.model = strings.TrimSpace(read(dir, "device/vendor") + " " + read(dir, "device/model") + read(dir, "device/name"))
	// A card in a slot of its own is not called removable; its kind says that it is.
	d.removable = read(dir, "removable") == "1" || read(dir, "device/type") == "SD"

	mine := map[string]bool{number: true, d.name: true}
	d.addHolders(dir, d.name)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		sub := filepath.Join(dir, e.Name())
		if _, err := os.Stat(filepath.Join(sub, "partition")); err != nil {
			continue
		}
		d.partitions = append(d.partitions, e.Name())
		mine[e.Name()], mine[read(sub, "dev")] = true, true
		d.addHolders(sub, e.Name())
	}
	return d, errors.Join(h.addMounts(d, mine), h.addSwap(d, mine))
}

// addHolders: what is stacked on a disk, such as an encrypted volume or an array. What
// that is used for need not be followed.
func (d *disk) addHolders(dir, name string) {
	entries, _ := os.ReadDir(filepath.Join(dir, "holders"))
	for _, e := range entries {
		d.uses = append(d.uses, fmt.Sprintf("%s is part of %s", name, e.Name()))
	}
}

// Mounts that make a disk the system's own.
var systemMounts = []string{"/", "/boot", "/boot/efi", "/efi", "/usr", "/var", "/home", "/nix", "/etc"}

// addMounts reads /proc/self/mountinfo (proc(5)), whose third field is the device's number
// and whose tenth or so its name: some file systems have a number of their own.
func (h host) addMounts(d *disk, mine map[string]bool) error {
	text, err := os.ReadFile(h.file("proc/self/mountinfo"))
	if err != nil {
		return fmt.Errorf("cannot tell what is mounted: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		dash := slices.Index(f, "-")
		if len(f) < 6 || dash < 0 || dash+2 >= len(f) {
			continue
		}
		if !mine[f[2]] && !mine[h.device(f[dash+2])] {
			continue
		}
		at := unescape(f[4])
		d.uses = append(d.uses, "mounted on "+at)
		d.system = d.system || slices.Contains(systemMounts, at)
	}
	return nil
}

func (h host) addSwap(d *disk, mine map[string]bool) error {
	text, err := os.ReadFile(h.file("proc/swaps"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a kernel without
	}
	if err != nil {
		return fmt.Errorf("cannot tell what is swapped to: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 0 && mine[h.device(unescape(f[0]))] {
			d.uses, d.system = append(d.uses, "swap on "+f[0]), true
		}
	}
	return nil
}

// device returns what a name such as /dev/disk/by-uuid/... is called in sysfs.
func (h host) device(path string) string {
	if !strings.HasPrefix(path, "/dev/") {
		return ""
	}
	if to, err := filepath.EvalSymlinks(h.file(path)); err == nil {
		path = to
	}
	return filepath.Base(path)
}

func (h host) file(parts ...string) string {
	return filepath.Join(append([]string{h.root}, parts...)...)
}

func read(dir, name string) string {
	b, _ := os.ReadFile(filepath.Join(dir, name))
	return strings.TrimSpace(string(b))
}

// unescape undoes what /proc does to a space in a name.
func unescape(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

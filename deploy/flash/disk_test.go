//go:build linux

package flash

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// computer is a host with disks that are files: /sys and /proc as Linux has them.
type computer struct {
	host
	t     *testing.T
	nodes map[string]node
}

func newComputer(t *testing.T) *computer {
	c := &computer{host{root: t.TempDir()}, t, map[string]node{}}
	c.stat = func(path string) (node, error) {
		if n, ok := c.nodes[path]; ok {
			return n, nil
		}
		return node{}, &fs.PathError{Op: "stat", Path: path, Err: fs.ErrNotExist}
	}
	c.write("proc/self/mountinfo", "22 1 0:21 / /proc rw - proc proc rw\n")
	c.write("proc/swaps", "Filename Type Size Used Priority\n")
	return c
}

func (c *computer) write(name, text string) {
	c.t.Helper()
	name = filepath.Join(c.root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *computer) link(to, name string) {
	c.t.Helper()
	name = filepath.Join(c.root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.Symlink(filepath.Join(c.root, to), name)); err != nil {
		c.t.Fatal(err)
	}
}

// disk adds one with two partitions.
func (c *computer) disk(name string, minor uint32, removable, sectors string) {
	dir := "sys/devices/pci/block/" + name
	number := func(n uint32) string { return "8:" + string(rune('0'+n)) }
	c.write(dir+"/size", sectors+"\n")
	c.write(dir+"/removable", removable+"\n")
	c.write(dir+"/device/model", "Card Reader\n")
	c.write(dir+"/device/vendor", "Some\n")
	c.link(dir, "sys/dev/block/"+number(minor))
	c.nodes["/dev/"+name] = node{block: true, major: 8, minor: minor}
	for i, part := range []string{name + "1", name + "2"} {
		n := minor + 1 + uint32(i)
		c.write(dir+"/"+part+"/partition", "1\n")
		c.write(dir+"/"+part+"/dev", number(n)+"\n")
		c.write(dir+"/"+part+"/holders/.keep", "")
		if err := os.Remove(filepath.Join(c.root, dir, part, "holders/.keep")); err != nil {
			c.t.Fatal(err)
		}
		c.link(dir+"/"+part, "sys/dev/block/"+number(n))
		c.nodes["/dev/"+part] = node{block: true, major: 8, minor: n}
	}
}

const card = "62333952" // sectors of one that is sold as 32 GB

func TestChecks(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(c *computer)
		dev    string
		force  bool
		want   string // "" if it may be written to
	}{
		{"card", nil, "/dev/sdx", false, ""},
		{"file", func(c *computer) { c.nodes["/tmp/x"] = node{regular: true, sizeBytes: 64 << 20} }, "/tmp/x", false, ""},
		{"empty file", func(c *computer) { c.nodes["/tmp/x"] = node{regular: true} }, "/tmp/x", false, ""},
		{"small file", func(c *computer) { c.nodes["/tmp/x"] = node{regular: true, sizeBytes: 5} }, "/tmp/x", false, "/tmp/x is a file of 5 bytes and no card"},
		{"small file, forced", func(c *computer) { c.nodes["/tmp/x"] = node{regular: true, sizeBytes: 5} }, "/tmp/x", true, ""},
		{"nothing", nil, "/dev/sdy", false, "file does not exist"},
		{"terminal", func(c *computer) { c.nodes["/dev/tty"] = node{major: 5} }, "/dev/tty", true, "/dev/tty is neither a disk nor a file"},
		{"unknown", func(c *computer) { c.nodes["/dev/z"] = node{block: true, major: 99} }, "/dev/z", true, "the system knows no disk 99:0"},
		{"partition", nil, "/dev/sdx1", true, "/dev/sdx1 is a partition: name the whole disk, /dev/sdx"},
		{"empty reader", func(c *computer) { c.write("sys/devices/pci/block/sdx/size", "0\n") }, "/dev/sdx", true, "/dev/sdx is empty"},
		{"small", func(c *computer) { c.write("sys/devices/pci/block/sdx/size", "100\n") }, "/dev/sdx", true, "has 51200 bytes, the image 8.4 MB"},
		{"no size", func(c *computer) { c.write("sys/devices/pci/block/sdx/size", "\n") }, "/dev/sdx", true, "does not say how large"},
		{"fixed", func(c *computer) { c.write("sys/devices/pci/block/sdx/removable", "0\n") }, "/dev/sdx", false, "/dev/sdx is not removable (Some Card Reader, 31.9 GB): if it is the right one, say -force, or FORCE=1 to make"},
		{"fixed, forced", func(c *computer) { c.write("sys/devices/pci/block/sdx/removable", "0\n") }, "/dev/sdx", true, ""},
		{"slot", func(c *computer) {
			c.write("sys/devices/pci/block/sdx/removable", "0\n")
			c.write("sys/devices/pci/block/sdx/device/type", "SD\n")
		}, "/dev/sdx", false, ""},
		{"256 GB", func(c *computer) { c.write("sys/devices/pci/block/sdx/size", "500000000\n") }, "/dev/sdx", false, ""},
		{"large", func(c *computer) { c.write("sys/devices/pci/block/sdx/size", "500000001\n") }, "/dev/sdx", false, "has 256.0 GB, more than 256.0 GB: if it is the right one"},
		{"large, forced", func(c *computer) { c.write("sys/devices/pci/block/sdx/size", "5000000000\n") }, "/dev/sdx", true, ""},
		{"mounted", func(c *computer) {
			c.write("proc/self/mountinfo", "30 1 8:2 / /media/my\\040card rw - vfat /dev/sdx2 rw\n")
		}, "/dev/sdx", true, "/dev/sdx is in use (mounted on /media/my card): unmount it first"},
		{"mounted whole", func(c *computer) {
			c.write("proc/self/mountinfo", "30 1 8:0 / /mnt rw shared:1 master:2 - vfat /dev/sdx rw\n")
		}, "/dev/sdx", true, "in use (mounted on /mnt)"},
		{"mounted by another name", func(c *computer) {
			c.write("proc/self/mountinfo", "30 1 8:2 / / rw - ext4 /dev/root rw\n")
		}, "/dev/sdx", true, "own disk (mounted on /)"},
		{"another mounted", func(c *computer) {
			c.disk("sda", 4, "0", card)
			c.write("proc/self/mountinfo", "30 1 8:5 / / rw - ext4 /dev/sda1 rw\n")
		}, "/dev/sdx", false, ""},
		{"file system with a number of its own", func(c *computer) {
			c.link("dev/sdx2", "dev/mapper/root")
			c.write("dev/sdx2", "")
			c.write("proc/self/mountinfo", "30 1 0:30 / / rw - btrfs /dev/mapper/root rw\n")
		}, "/dev/sdx", true, "/dev/sdx is this computer's own disk (mounted on /)"},
		{"system", func(c *computer) {
			c.write("proc/self/mountinfo", "30 1 8:1 / /boot/efi rw - vfat /dev/sdx1 rw\n")
		}, "/dev/sdx", true, "/dev/sdx is this computer's own disk (mounted on /boot/efi)"},
		{"swap", func(c *computer) { c.write("proc/swaps", "Filename\n/dev/sdx2 partition 1 0 -2\n") }, "/dev/sdx", true, "own disk (swap on /dev/sdx2)"},
		{"encrypted", func(c *computer) { c.write("sys/devices/pci/block/sdx/sdx1/holders/dm-0/x", "") }, "/dev/sdx", true, "in use (sdx1 is part of dm-0)"},
		{"no mountinfo", func(c *computer) {
			if err := os.Remove(filepath.Join(c.root, "proc/self/mountinfo")); err != nil {
				c.t.Fatal(err)
			}
		}, "/dev/sdx", true, "cannot tell what is mounted"},
		{"loop device", func(c *computer) {
			c.write("sys/devices/virtual/block/loop3/size", card)
			c.write("sys/devices/virtual/block/loop3/removable", "0\n")
			c.link("sys/devices/virtual/block/loop3", "sys/dev/block/7:3")
			c.nodes["/dev/loop3"] = node{block: true, major: 7, minor: 3}
		}, "/dev/loop3", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			pc := newComputer(t)
			pc.disk("sdx", 0, "1", card)
			if c.change != nil {
				c.change(pc)
			}
			d, err := pc.find(c.dev)
			if err == nil {
				err = d.check(8<<20, c.force)
			}
			if c.want == "" && err != nil {
				t.Errorf("refused: %v", err)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	pc := newComputer(t)
	pc.disk("sdx", 0, "1", card)
	d, err := pc.find("/dev/sdx")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.describe(), "/dev/sdx, Some Card Reader, 31.9 GB, with 2 partitions (sdx1, sdx2), which will be lost"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// The computer that the test runs on: its disks are found, and what it has mounted as / is
// refused, if it is a disk at all.
func TestThisComputer(t *testing.T) {
	h := host{"/", statNode}
	entries, err := os.ReadDir("/sys/block")
	if err != nil {
		t.Skip("no sysfs here")
	}
	for _, e := range entries {
		d, err := h.find("/dev/" + e.Name())
		if err != nil {
			t.Log(err) // a container has no nodes for them
			continue
		}
		t.Log(d.describe(), d.uses, d.system)
		if d.system && d.check(1, true) == nil {
			t.Errorf("%s would be written to", d.path)
		}
	}
}

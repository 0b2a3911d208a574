package qemu

import (
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// work has an exercise or a bench done and returns how many operations, errors and wrong
// blocks it reports.
func (c console) work(command string) (ops, errors, wrong int) {
	c.t.Helper()
	c.send(command)
	g := c.wait(`(?:exercise|bench): (\d+) operations of \d+ bytes, (\d+) errors, (\d+) wrong`, timeout)
	c.wait(prompt, timeout)
	ops, _ = strconv.Atoi(g[1])
	errors, _ = strconv.Atoi(g[2])
	wrong, _ = strconv.Atoi(g[3])
	return ops, errors, wrong
}

// Disks that are not as most: none is asked for more than it has, and what cannot be done is
// said, and is not called wrong.
func TestDiskKinds(t *testing.T) {
	t.Run("read-only", func(t *testing.T) {
		eachVirtio(t, func(t *testing.T, m Machine) {
			file, contents := noise(t, 64<<10)
			c := boot(t, m.With("-drive", "if=none,id=d,format=raw,read-only=on,file="+file).virtio("blk,drive=d"))
			if ops, errors, wrong := c.work("disk vda exercise 50 1 8"); ops != 50 || errors < 10 || wrong != 0 {
				t.Errorf("%d operations, %d errors, %d wrong", ops, errors, wrong)
			}
			if sumFile(t, file) != sum(contents) {
				t.Error("the disk was changed")
			}
		})
	})
	t.Run("short queue", func(t *testing.T) { // over PCI: microvm's devices say 1,024 whatever it is
		t.Parallel()
		file, _ := noise(t, 1<<20)
		c := boot(t, Q35.With("-drive", "if=none,id=d,format=raw,file="+file).virtio("blk,drive=d,queue-size=8"))
		if got := c.run("disk"); !regexp.MustCompile(`vda +2048 +2 `).MatchString(got) {
			t.Errorf("disk: %s", got)
		}
		for _, command := range []string{"exercise 300 1 64", "bench read 300 4096", "bench write 300 4096"} {
			if ops, errors, wrong := c.work("disk vda " + command); ops != 300 || errors != 0 || wrong != 0 {
				t.Errorf("%s: %d operations, %d errors, %d wrong", command, ops, errors, wrong)
			}
		}
	})
	t.Run("large blocks", func(t *testing.T) {
		eachVirtio(t, func(t *testing.T, m Machine) {
			file, contents := noise(t, 1<<20)
			c := boot(t, m.With("-drive", "if=none,id=d,format=raw,file="+file).virtio("blk,drive=d,logical_block_size=4096,physical_block_size=4096"))
			for _, at := range []int{0, 7, 8, 2047} {
				want := fmt.Sprintf("000  % x  ", contents[at*512:at*512+16])
				if got := c.run(fmt.Sprint("disk vda read ", at)); !strings.HasPrefix(got, want) {
					t.Errorf("sector %d: %q, want %q", at, got, want)
				}
			}
			for _, r := range [][2]int{{0, 2048}, {5, 1}, {7, 2}, {2040, 8}, {3, 1999}} {
				if got, want := c.run(fmt.Sprint("disk vda sum ", r[0], " ", r[1])), "sha256 "+sum(contents[r[0]*512:(r[0]+r[1])*512])+"\n"; got != want {
					t.Errorf("%d sectors from %d: %q, want %q", r[1], r[0], got, want)
				}
			}
			if got := c.run("disk vda write 13 two words"); got != "written\n" {
				t.Errorf("write: %q", got)
			}
			c.run("disk vda flush")
			clear(contents[13*512 : 14*512])
			copy(contents[13*512:], "two words")
			if sumFile(t, file) != sum(contents) {
				t.Error("the file has other contents")
			}
			if got := c.run("disk vda bench read 1 512"); got != "the size of a request is a number from 4096 to 65536, not \"512\"\n" {
				t.Errorf("bench: %q", got)
			}
			for _, command := range []string{"exercise 300 1 64", "bench read 300 4096", "bench write 300 8192"} {
				if ops, errors, wrong := c.work("disk vda " + command); ops != 300 || errors != 0 || wrong != 0 {
					t.Errorf("%s: %d operations, %d errors, %d wrong", command, ops, errors, wrong)
				}
			}
			if got := c.run("disk vda latency 5"); !strings.HasPrefix(got, "latency: ") {
				t.Errorf("latency: %q", got)
			}
		})
	})
	t.Run("behind an IOMMU", func(t *testing.T) {
		t.Parallel()
		file, contents := noise(t, 64<<10)
		c := boot(t, Q35.With("-device", "intel-iommu", "-drive", "if=none,id=d,format=raw,file="+file).
			virtio("blk,drive=d,iommu_platform=on,disable-legacy=on", "rng,iommu_platform=on,disable-legacy=on"))
		if got := c.run("disk vda sum 0 128"); got != "sha256 "+sum(contents)+"\n" {
			t.Errorf("%q", got)
		}
		if got := c.run("rng 4"); len(got) != 9 {
			t.Errorf("%q", got)
		}
	})
}

// Times are differences of two readings of the same measurement, in order: none is negative,
// and the task is polled before what was interrupted goes on. Time is the host's, so that what
// was measured once differs much from what is measured another time.
func TestDiskLatency(t *testing.T) {
	t.Parallel()
	file, _ := noise(t, 64<<10)
	c := boot(t, Q35.disk(file, "raw"))
	c.run("load on")
	re := regexp.MustCompile(`latency: (\d+) samples, \d+ late, to the task (-?\d+) median (-?\d+) most, to the return (-?\d+) median (-?\d+) most, in ns\n`)
	seen := 0
	for range 200 {
		g := re.FindStringSubmatch(c.run("disk vda latency 3"))
		if g == nil {
			continue // each was late
		}
		var n [5]int
		for i := range n {
			n[i], _ = strconv.Atoi(g[i+1])
		}
		seen += n[0]
		if n[0] == 0 || n[1] <= 0 || n[2] < n[1] || n[3] < n[1] || n[4] < n[3] {
			t.Errorf("%q", g[0])
		}
	}
	t.Logf("%d samples", seen)
}

// A card's driver is a task of the executor that the monitor is polled by: what waits for it
// awaits.
func TestCardLatency(t *testing.T) {
	t.Parallel()
	file, _ := noise(t, 4<<20)
	c := bootCard(t, EVK.card(file), `QEMU! .*`)
	if got := c.run("disk sd1 latency 20"); !strings.HasPrefix(got, "latency: ") {
		t.Errorf("%q", got)
	}
	if got := c.run("echo alive"); got != "alive\n" {
		t.Errorf("%q", got)
	}
}

// Four devices without messages on one pin: an interrupt of one wakes the tasks of all, and
// all of them work at the same time.
func TestSharedPin(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hvc")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	first, contents := noise(t, 4<<20)
	second, _ := noise(t, 4<<20)
	c := boot(t, Q35.With("-chardev", "socket,id=hvc,path="+path,
		"-drive", "if=none,id=d0,format=raw,file="+first, "-drive", "if=none,id=d1,format=raw,file="+second).
		virtio("blk,drive=d0,vectors=0,addr=4", "blk,drive=d1,vectors=0,addr=8", "rng,vectors=0,addr=c", "serial,vectors=0,addr=10").
		With("-device", "virtconsole,chardev=hvc"))
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	hvc := console{&VM{console: conn, more: make(chan struct{}, 1)}, t}
	go hvc.collect()
	hvc.wait(prompt, timeout)
	c.run("load on")
	c.send("disk vdb exercise 1000000 3 1024")
	c.wait(`flushed \d+\r\n`, timeout)
	for range 3 { // what the exercise says comes in between
		c.send("disk vda sum 0 8192")
		c.wait("sha256 "+sum(contents)+`\r\n`, timeout)
		c.send("rng 32")
		c.wait(`[0-9a-f]{64}\r\n`, timeout)
		if got := hvc.run("echo over here"); got != "over here\n" {
			t.Errorf("%q", got)
		}
	}
	if err := c.Type("\x03"); err != nil {
		t.Fatal(err)
	}
	g := c.wait(`exercise: (\d+) operations of 4096 bytes, 0 errors, 0 wrong`, timeout)
	ops, _ := strconv.Atoi(g[1])
	c.wait(prompt, timeout)
	// The line is not open while a device holds it: its interrupts are not more than what the
	// devices have done, and some for what the consoles have said.
	irqs := c.run("irqs")
	if g = regexp.MustCompile(`vda,vdb,rng,hvc +(\d+)`).FindStringSubmatch(irqs); g == nil {
		t.Fatalf("no line of four:\n%s", irqs)
	}
	if n, _ := strconv.Atoi(g[1]); n == 0 || n > 2*ops+5000 {
		t.Errorf("%d interrupts for %d operations", n, ops)
	} else {
		t.Logf("%d interrupts for %d operations", n, ops)
	}
}

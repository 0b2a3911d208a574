package qemu

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// Four slots, disks that come and go in them, one of them at work each time, and a collector
// that is kept busy: whatever a disk was doing when it was taken out, the exercise ends with
// errors that say so, the console answers, and the slot takes the next disk. A round takes a
// second or two, and what was wrong here showed in one round of several hundred, so most of
// them are for make soak.
func TestDiskUnpluggedOften(t *testing.T) {
	t.Parallel()
	rounds := 5
	if os.Getenv("SOAK") != "" {
		rounds = 500
	}
	const ports = 4
	m := hotPlug("pcie-root-port", "pcie-root-port", "pcie-root-port", "pcie-root-port")
	c := boot(t, m)
	for i := range ports {
		file, _ := noise(t, 4<<20)
		if _, err := c.QMP("blockdev-add", map[string]any{"driver": "raw", "node-name": fmt.Sprintf("n%d", i), "file": map[string]any{"driver": "file", "filename": file}}); err != nil {
			t.Fatal(err)
		}
	}
	var in [ports]bool // a disk is in the slot
	plug := func(i int) {
		t.Helper()
		if _, err := c.QMP("device_add", map[string]any{"driver": "virtio-blk-pci", "drive": fmt.Sprintf("n%d", i), "bus": fmt.Sprintf("rp%d", i), "id": fmt.Sprintf("blk%d", i)}); err != nil {
			t.Fatal(err)
		}
		in[i] = true
	}
	// gone waits until QEMU has the disks back, in whatever order.
	gone := func(disks ...int) {
		t.Helper()
		for len(disks) > 0 {
			data, err := c.Event("DEVICE_DELETED", timeout)
			if err != nil {
				t.Fatal(err)
			}
			disks = slices.DeleteFunc(disks, func(i int) bool { return strings.Contains(data, fmt.Sprintf(`"device": "blk%d"`, i)) })
		}
	}
	unplug := func(i int) {
		t.Helper()
		if _, err := c.QMP("device_del", map[string]any{"id": fmt.Sprintf("blk%d", i)}); err != nil {
			t.Fatal(err)
		}
		in[i] = false
	}
	c.run("load on")
	for round := range rounds {
		for i := range ports {
			if !in[i] && (i == round%ports || rand.IntN(2) == 0) {
				plug(i)
				c.wait(fmt.Sprintf(`device:  (vd.), virtio-pci 0%d:00.0, line \d+\r\n`, i+1), timeout)
			}
		}
		victim := round % ports
		list := c.run("disk")
		name := ""
		for row := range strings.Lines(list) {
			if strings.Contains(row, fmt.Sprintf("virtio-pci 0%d:00.0", victim+1)) {
				name = strings.Fields(row)[0]
			}
		}
		if name == "" {
			t.Fatalf("round %d: no disk in slot %d:\n%s", round, victim, list)
		}
		c.send(fmt.Sprintf("disk %s exercise 100000000 %d 1024", name, round))
		c.wait(`flushed \d+\r\n`, timeout)
		time.Sleep(time.Duration(rand.IntN(40_000)) * time.Microsecond)
		unplug(victim)
		out := []int{victim}
		for i := range ports {
			if in[i] && rand.IntN(3) == 0 { // at nearly the same time
				unplug(i)
				out = append(out, i)
			}
		}
		gone(out...)
		c.wait(`exercise: \d+ operations of 4096 bytes, \d+ errors, 0 wrong, .*\r\n`, timeout)
		c.send("echo alive")
		c.wait(`\nalive\r\n`+prompt, timeout)
		if os.Getenv("SOAK") != "" && round%10 == 9 {
			t.Logf("%d rounds", round+1)
		}
	}
}

//go:build !tamago

package virtio

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/drivers/virtio/virtiotest"
)

// newMemory is memory for a queue, which the test must keep.
func newMemory() (keep []uint64, addr uintptr) {
	keep = make([]uint64, QueueMemory/8+1)
	return keep, uintptr(unsafe.Pointer(&keep[0]))
}

// both runs a test over memory-mapped registers and over PCI, with messages.
func both(t *testing.T, test func(t *testing.T, d *virtiotest.Device, probe func() (Transport, error))) {
	newDevice := func(overPCI bool) *virtiotest.Device {
		d := &virtiotest.Device{PCI: overPCI, Type: TypeEntropy, Features: featureVersion1 | 0b11}
		d.Queues[0].Max = 64
		d.Use()
		return d
	}
	t.Run("mmio", func(t *testing.T) {
		test(t, newDevice(false), func() (Transport, error) {
			tr, _, err := ProbeMMIO(virtiotest.Base)
			return tr, err
		})
	})
	t.Run("pci", func(t *testing.T) {
		d := newDevice(true)
		test(t, d, func() (Transport, error) { return ProbePCI(d.Function(), true) })
	})
}

// start brings a device up with one queue.
func start(t *testing.T, probe func() (Transport, error), chain, slots int) (*Transport, *Queue) {
	t.Helper()
	tr, err := probe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Negotiate(1); err != nil {
		t.Fatal(err)
	}
	var q Queue
	keep, addr := newMemory()
	t.Cleanup(func() { keep[0] = 0 })
	if err := q.SetUp(&tr, 0, chain, slots, addr); err != nil {
		t.Fatal(err)
	}
	tr.Ready()
	return &tr, &q
}

func TestStart(t *testing.T) {
	both(t, func(t *testing.T, d *virtiotest.Device, probe func() (Transport, error)) {
		tr, q := start(t, probe, 3, 16)
		if tr.Type != TypeEntropy || d.Accepted != featureVersion1|1 {
			t.Errorf("type %d, accepted %#x", tr.Type, d.Accepted)
		}
		if dq := &d.Queues[0]; dq.Size != 64 || dq.Ready != 1 || q.Slots() != 16 || dq.Available%2 != 0 || dq.Driven%4 != 0 || dq.Desc%8 != 0 {
			t.Errorf("%+v, %d slots", dq, q.Slots())
		}
		if d.Status != 0b1111 {
			t.Errorf("status %#x", d.Status)
		}
	})
}

// A device behind an IOMMU, which it refuses to be used without, is accepted: see
// featurePlatform.
func TestPlatform(t *testing.T) {
	both(t, func(t *testing.T, d *virtiotest.Device, probe func() (Transport, error)) {
		d.Features |= featurePlatform
		d.Requires = featurePlatform
		start(t, probe, 3, 16)
		if d.Accepted != featureVersion1|featurePlatform|1 {
			t.Errorf("accepted %#x", d.Accepted)
		}
	})
}

// A device that has only the registers of before version 1.
func TestLegacyPCI(t *testing.T) {
	d := &virtiotest.Device{PCI: true, Type: TypeBlock}
	d.Use()
	f := d.Function()
	f.ID, f.Space[6] = pciFirst+1, 0
	if _, err := ProbePCI(f, true); err == nil || !strings.Contains(err.Error(), "a legacy device; in QEMU, disable-modern=off makes it a modern one") {
		t.Errorf("%v", err)
	}
}

func TestBadDevices(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(d *virtiotest.Device)
		want  string
	}{
		{"old", func(d *virtiotest.Device) { d.Features &^= featureVersion1 }, "does not offer version 1"},
		{"refuses", func(d *virtiotest.Device) { d.RefuseFeatures = true }, "refuses the features"},
		{"stuck", func(d *virtiotest.Device) { d.StuckReset = true; d.Status = 1 }, "does not reset"},
		{"no queue", func(d *virtiotest.Device) { d.Queues[0].Max = 0 }, "queue 0 is too small (queue size 0x0)"},
		{"small queue", func(d *virtiotest.Device) { d.Queues[0].Max = 2 }, "queue 0 is too small (queue size 0x2)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			both(t, func(t *testing.T, d *virtiotest.Device, probe func() (Transport, error)) {
				c.spoil(d)
				tr, err := probe()
				if err != nil {
					t.Fatal(err)
				}
				if _, err = tr.Negotiate(0); err == nil {
					var q Queue
					keep, addr := newMemory()
					err = q.SetUp(&tr, 0, 3, 16, addr)
					keep[0] = 0
				}
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %s", err, c.want)
				}
			})
		})
	}
}

func TestProbeMMIO(t *testing.T) {
	d := &virtiotest.Device{Version: 1, Type: TypeBlock}
	d.Use()
	if _, ok, err := ProbeMMIO(virtiotest.Base); ok || err == nil || !strings.Contains(err.Error(), "force-legacy=false") {
		t.Errorf("a legacy device: %v, %v", ok, err)
	}
	d.Type = 0
	if _, ok, err := ProbeMMIO(virtiotest.Base); ok || err != nil {
		t.Errorf("an empty place: %v, %v", ok, err)
	}
	d.Unplugged = true
	if _, ok, err := ProbeMMIO(virtiotest.Base); ok || err != nil {
		t.Errorf("nothing: %v, %v", ok, err)
	}
}

func TestProbePCI(t *testing.T) {
	d := &virtiotest.Device{PCI: true, Type: TypeBlock, Features: featureVersion1}
	d.Queues[0].Max = 8
	d.Use()
	for _, c := range []struct {
		name  string
		spoil func(f *pci.Device)
	}{
		{"no capabilities", func(f *pci.Device) { f.Space[6] = 0 }},
		{"bar not assigned", func(f *pci.Device) { f.Bars[4].Address = 0 }},
		{"bar too small", func(f *pci.Device) { f.Bars[4].Size = 0x30 }},
		{"common too small", func(f *pci.Device) { f.Space[0x40+12], f.Space[0x40+13] = 0x30, 0 }},
		{"no such bar", func(f *pci.Device) { f.Space[0x40+4] = 6 }},
		{"not aligned", func(f *pci.Device) { f.Space[0x40+8] = 2 }},
	} {
		f := d.Function()
		c.spoil(f)
		if _, err := ProbePCI(f, true); err == nil {
			t.Errorf("%s: no error", c.name)
		}
	}
	tr, err := ProbePCI(d.Function(), true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Negotiate(0); err != nil {
		t.Fatal(err)
	}
	keep, addr := newMemory()
	var q Queue
	d.NotifyOff = 0x1000 / 4
	if err := q.SetUp(&tr, 0, 1, 1, addr); err == nil {
		t.Error("a doorbell beyond its window was taken")
	}
	d.NotifyOff, d.RefuseMessages = 0x1000/4-1, true
	if err := q.SetUp(&tr, 0, 1, 1, addr); err == nil {
		t.Error("a queue that cannot interrupt was taken")
	}
	d.RefuseMessages = false
	if err := q.SetUp(&tr, 0, 1, 1, addr); err != nil {
		t.Error(err)
	}
	if q.Notify(); d.Notified != 1 {
		t.Errorf("notified %d times", d.Notified)
	}
	keep[0] = 0
}

func TestRoundTrip(t *testing.T) {
	both(t, func(t *testing.T, d *virtiotest.Device, probe func() (Transport, error)) {
		tr, q := start(t, probe, 2, 3)
		var data [2][4]byte
		post := func(c byte) {
			slot, ok := q.Take()
			if !ok {
				t.Fatal("no slot")
			}
			data[0] = [4]byte{c}
			q.Buffer(slot, 0, uintptr(unsafe.Pointer(&data[0])), 4, false, true)
			q.Buffer(slot, 1, uintptr(unsafe.Pointer(&data[1])), 4, true, false)
			q.Post(slot, 4)
			q.Notify()
		}
		// More rounds than the 16-bit indices count, with two in flight.
		post(1)
		for i := range 70000 {
			post(byte(i))
			head, chain, ok := d.Take(0)
			if !ok || len(chain) != 2 || chain[0].Write || !chain[1].Write || len(chain[1].Bytes) != 4 {
				t.Fatalf("round %d: %v %+v", i, ok, chain)
			}
			d.Give(0, uint32(head), 4)
			slot, length, r := q.Next()
			if r != Item || length != 4 || slot != head/2 {
				t.Fatalf("round %d: %d %d %d", i, slot, length, r)
			}
			q.Free(slot)
		}
		if _, _, r := q.Next(); r != None || d.Notified != 70001 || q.Busy() == 0 {
			t.Errorf("%d, notified %d, busy %b", r, d.Notified, q.Busy())
		}
		tr.Acknowledge()
		if d.Interrupt != 0 && !tr.messages {
			t.Error("not acknowledged")
		}
	})
}

// What a device cannot mean, one at a time.
func TestImpossible(t *testing.T) {
	for _, c := range []struct {
		name       string
		id, length uint32
		skip       uint16
		want       Result
	}{
		{"good", 6, 8, 0, Item},
		{"longer than its buffers", 6, 9, 0, Impossible},
		{"not the first of a slot", 7, 8, 0, Impossible},
		{"a slot that it does not have", 8, 0, 0, Impossible},
		{"beyond the slots", 10, 0, 0, Impossible},
		{"far beyond", 1 << 31, 0, 0, Impossible},
		{"more than it has", 6, 8, 4, Impossible},
	} {
		both(t, func(t *testing.T, d *virtiotest.Device, probe func() (Transport, error)) {
			_, q := start(t, probe, 2, 5)
			for slot := range uint16(4) {
				q.Take()
				q.Post(slot, 8)
			}
			d.Give(0, c.id, c.length)
			d.Skip(0, c.skip)
			if _, _, r := q.Next(); r != c.want {
				t.Errorf("%s: %d, want %d", c.name, r, c.want)
			}
		})
	}
}

// Whatever a used ring holds, only slots that the device has come out of it, once, with
// lengths that they can have.
func FuzzUsed(f *testing.F) {
	f.Add([]byte{0, 0, 2, 1, 4, 4}, uint16(1))
	f.Add([]byte{6, 5, 255, 255}, uint16(9))
	f.Fuzz(func(t *testing.T, entries []byte, skip uint16) {
		d := &virtiotest.Device{Type: TypeEntropy, Features: featureVersion1}
		d.Queues[0].Max = 16
		d.Use()
		tr, _, _ := ProbeMMIO(virtiotest.Base)
		if _, err := tr.Negotiate(0); err != nil {
			t.Fatal(err)
		}
		var q Queue
		keep, addr := newMemory()
		if err := q.SetUp(&tr, 0, 2, 4, addr); err != nil {
			t.Fatal(err)
		}
		has := map[uint16]bool{}
		for i := range 3 {
			slot, _ := q.Take()
			q.Buffer(slot, 0, addr, 1, true, false)
			q.Post(slot, uint32(i)*4)
			has[slot] = true
		}
		for len(entries) >= 2 {
			d.Give(0, uint32(int8(entries[0])), uint32(int8(entries[1])))
			entries = entries[2:]
			slot, length, r := q.Next()
			if r == Impossible {
				break
			}
			if r != Item || !has[slot] || length > uint32(slot)*4 {
				t.Fatalf("%d: slot %d length %d", r, slot, length)
			}
			delete(has, slot)
		}
		d.Skip(0, skip)
		for range len(has) + 1 {
			slot, _, r := q.Next()
			if r != Item {
				break
			}
			if !has[slot] {
				t.Fatalf("slot %d, which it does not have", slot)
			}
			delete(has, slot)
		}
		keep[0] = 0
	})
}

// Whatever the capabilities say, registers are looked for only where a bar is.
func FuzzWindows(f *testing.F) {
	d := &virtiotest.Device{PCI: true, Type: TypeBlock}
	f.Add(d.Function().Space[:], uint32(0x4000))
	f.Fuzz(func(t *testing.T, b []byte, size uint32) {
		fn := d.Function()
		copy(fn.Space[:], b)
		fn.Bars[4].Size = uint64(size)
		tr, err := ProbePCI(fn, false)
		if err != nil {
			return
		}
		for _, r := range [][2]uintptr{{tr.registers, pciCommonSize}, {tr.notify, uintptr(tr.notifySize)}, {tr.isr, 1}, {tr.config, uintptr(tr.configSize)}} {
			if r[0] != 0 && (r[0] < virtiotest.Base || r[0]+r[1] > virtiotest.Base+uintptr(size)) {
				t.Errorf("%#x bytes at %#x are not in the bar", r[1], r[0])
			}
		}
	})
}

func TestConfig(t *testing.T) {
	both(t, func(t *testing.T, d *virtiotest.Device, probe func() (Transport, error)) {
		d.Config = []byte{1, 2, 3, 4, 5, 6, 7, 8}
		d.Regenerations = 5
		tr, err := probe()
		if err != nil {
			t.Fatal(err)
		}
		if v := tr.Config64(0); v != 0x0807060504030201 || d.Regenerations != 0 {
			t.Errorf("%#x, %d changes left", v, d.Regenerations)
		}
		d.Regenerations = 1 << 30
		tr.Config64(0) // returns
		if tr.Config8(0xfffff) != 0 || tr.Config32(0xfffffffe) != 0 || d.Stray != 0 {
			t.Errorf("%d reads beyond the end", d.Stray)
		}
	})
}

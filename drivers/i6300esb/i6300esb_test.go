//go:build !tamago

package i6300esb

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/drivers/watchdog"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const regsAt = 0xfebf1000

// device is the function: its configuration by two ports, and its registers, which take a
// write only after the two that unlock them.
type device struct {
	address uint32
	space   [256]byte
	probing bool

	timers [2]uint32
	open   int
	fed    int
	bitten bool

	ignores, locked bool
}

func newDevice() *device {
	d := &device{}
	copy(d.space[:], []byte{0x86, 0x80, 0xab, 0x25})
	d.space[0x13], d.space[0x12], d.space[0x11] = 0xfe, 0xbf, 0x10
	mmio.Fake = d
	return d
}

func (d *device) Read(addr uintptr, size int) (v uint64) {
	switch {
	case addr == regsAt+reload && size == 2 && d.bitten:
		return reloadBitten
	case addr >= configData && addr < configData+4:
		reg := d.address&0xfc + uint32(addr-configData)
		if reg == lock && size != 1 {
			return 0
		}
		if reg == 0x10 && d.probing {
			return 0xfffffff0
		}
		for i := range size {
			v |= uint64(d.space[int(reg)+i]) << (8 * i)
		}
	}
	return v
}

func (d *device) Write(addr uintptr, size int, val uint64) {
	switch {
	case addr == configAddress:
		d.address = uint32(val)
	case addr >= configData && addr < configData+4:
		reg := d.address&0xfc + uint32(addr-configData)
		switch {
		case reg == 0x10:
			d.probing = val == 0xffffffff
		case reg >= 0x14 && reg < 0x28:
		case reg == lock && (size != 1 || d.ignores || d.locked), reg == config && size != 2:
		default:
			for i := range size {
				d.space[int(reg)+i] = byte(val >> (8 * i))
			}
		}
	case addr >= regsAt && addr < regsAt+regsBytes:
		d.register(addr-regsAt, size, val)
	}
}

func (d *device) register(at uintptr, size int, val uint64) {
	switch {
	case at == reload && val == unlock1:
		d.open = 1
		return
	case at == reload && val == unlock2 && d.open == 1:
		d.open = 2
		return
	case d.open == 2 && at == reload && size == 2 && val&reloadNow != 0:
		d.fed++
	case d.open == 2 && at == reload && size == 2 && val&reloadBitten != 0:
		d.bitten = false
	case d.open == 2 && at <= timer2 && size == 4:
		d.timers[at/4] = uint32(val)
	}
	d.open = 0
}

func probe(t interface{ Fatal(...any) }) *Dog {
	f, ok := pci.Look(pci.At(0, 3, 0))
	if !ok {
		t.Fatal("no function")
	}
	w, err := Probe(f)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Whatever time is asked for, both timers together take at least that, and two counts more
// at most.
func TestTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDevice()
		w := probe(t)
		ns := rapid.Int64Range(int64(least), int64(most)).Draw(t, "ns")
		actual, err := w.Start(time.Duration(ns))
		got := int64(actual)
		if err != nil {
			t.Fatal(err)
		}
		const countNS = int64(1<<scale*1e9) / clockHz
		if got < ns-1 || got > ns+2*countNS+2 {
			t.Fatalf("asked for %d, got %d", ns, got)
		}
		sum := (int64(d.timers[0]) + int64(d.timers[1])) * (1 << scale) * 1000 / 33
		if sum != got || d.timers[0] > countsMax {
			t.Fatalf("the timers hold %d, which is %d ns, not %d", d.timers, sum, got)
		}
		if d.space[lock]&lockEnable == 0 || d.fed != 1 {
			t.Fatalf("lock %#x, fed %d times", d.space[lock], d.fed)
		}
	})
}

func TestDog(t *testing.T) {
	d := newDevice()
	d.bitten = true
	w := probe(t)
	if !w.Bitten() || w.Bitten() {
		t.Error("not bitten, or twice")
	}
	if _, err := w.Start(10e9); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Start(10e9); !errors.Is(err, watchdog.ErrRunning) {
		t.Errorf("a second time: %v", err)
	}
	w.Feed()
	if d.fed != 2 {
		t.Errorf("fed %d times", d.fed)
	}
	if err := w.Stop(); err != nil || d.space[lock]&lockEnable != 0 {
		t.Errorf("%v, lock %#x", err, d.space[lock])
	}
	if d.space[config] != configNoInterrupt {
		t.Errorf("configuration %#x", d.space[config])
	}
}

func TestBroken(t *testing.T) {
	d := newDevice()
	w := probe(t)
	for _, ns := range []time.Duration{-1, 0, least - 1, most + 1} {
		if _, err := w.Start(ns); !errors.As(err, new(watchdog.RangeError)) {
			t.Errorf("%d: %v", ns, err)
		}
	}
	d.ignores = true
	if _, err := w.Start(10e9); err == nil || !strings.Contains(err.Error(), "the lock register (0x68) does not take its enable bit: it reads 0x00") {
		t.Errorf("%v", err)
	}
	d.ignores = false
	if _, err := w.Start(10e9); err != nil {
		t.Fatal(err)
	}
	d.locked = true
	if err := w.Stop(); !errors.Is(err, watchdog.ErrNoStop) {
		t.Errorf("locked: %v", err)
	}
	d = newDevice()
	d.space[0x11], d.space[0x12], d.space[0x13] = 0, 0, 0
	f, _ := pci.Look(pci.At(0, 3, 0))
	if _, err := Probe(f); err == nil || !strings.HasPrefix(err.Error(), "i6300esb: pci: 00:03.0") {
		t.Errorf("no address: %v", err)
	}
}

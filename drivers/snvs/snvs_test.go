//go:build !tamago

package snvs

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/hal/mmio"
)

const base = 0x20cc000

// device is an SNVS clock: it counts with each access, and takes changes of the enable
// bit some accesses late.
type device struct {
	lpcr   uint32
	count  uint64
	every  int // counts once in so many accesses
	n      int
	enable uint32 // as it has arrived
	late   int    // accesses until it arrives
	left   int

	ignores, forgets bool
	step             uint64
}

func (d *device) access() {
	if d.n++; d.n%d.every == 0 && d.enable != 0 {
		d.count = (d.count + max(d.step, 1)) % (1 << countBits)
	}
	if d.left--; d.left < 0 && !d.ignores {
		d.enable = d.lpcr & lpcrEnable
	}
}

func (d *device) Read(addr uintptr, _ int) uint64 {
	d.access()
	switch addr - base {
	case lpcr:
		return uint64(d.lpcr&^lpcrEnable | d.enable)
	case srtcH:
		return d.count >> 32
	case srtcL:
		return d.count & 0xffffffff
	}
	return 0
}

func (d *device) Write(addr uintptr, _ int, val uint64) {
	d.access()
	switch addr - base {
	case lpcr:
		d.lpcr, d.left = uint32(val), d.late
	case srtcH:
		if d.enable == 0 && !d.forgets {
			d.count = d.count&0xffffffff | val<<32
		}
	case srtcL:
		if d.enable == 0 && !d.forgets {
			d.count = d.count&^0xffffffff | val
		}
	}
}

// A date that is set is what is read, to a count, at any rate of counting; also where the
// lower half wraps between two readings. Other bits of the control register stay.
func TestSetAndRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &device{lpcr: 0x20, every: rapid.IntRange(3, 50).Draw(t, "every"), late: rapid.IntRange(0, 100).Draw(t, "late")}
		mmio.Fake = d
		c := Clock{base}
		if _, err := c.Read(); !errors.Is(err, ErrStopped) {
			t.Fatalf("%v before it was set", err)
		}
		n := rapid.Uint64Range(0, 1<<countBits-1<<20).Draw(t, "count")
		if rapid.Bool().Draw(t, "wrap") {
			n |= 0xffffffff // and the next is in the upper half
			n &= 1<<countBits - 1<<32 - 1
		}
		want := fromCount(n)
		if err := c.Set(want); err != nil {
			t.Fatal(err)
		}
		got, err := c.Read()
		if err != nil {
			t.Fatal(err)
		}
		if late := got.Sub(want); late < 0 || late > time.Second {
			t.Fatalf("set %v, read %v", want, got)
		}
		if d.lpcr&0x20 == 0 {
			t.Fatal("another's bit was changed")
		}
	})
}

// A count is a date and back, and so is a date, but for less than a count.
func TestConversion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(0, 1<<countBits-1).Draw(t, "count")
		back, err := toCount(fromCount(n))
		if err != nil || n != back {
			t.Fatalf("%d is %v, which is %d, %v", n, fromCount(n), back, err)
		}
		at := time.Unix(rapid.Int64Range(0, 1<<countBits/hz-1).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		m, err := toCount(at)
		if d := fromCount(m).Sub(at); err != nil || d < -time.Second/hz || d > time.Second/hz+1 {
			t.Fatalf("%v is %d, which is %v, %v", at, m, fromCount(m), err)
		}
	})
	for _, at := range []time.Time{time.Unix(-1, 0), time.Unix(1<<countBits/hz, 0), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if n, err := toCount(at); err == nil {
			t.Errorf("%v is %d", at, n)
		}
	}
}

// What is wrong with the device is an error that says so, and not a wait.
func TestBroken(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		name, want string
		device     device
	}{
		{"takes no enable bit", "does not take SRTC_ENV = 1", device{every: 9, ignores: true}},
		{"takes no disable", "does not take SRTC_ENV = 0", device{every: 9, ignores: true, enable: 1}},
		{"keeps no date", "was set to", device{every: 9, forgets: true}},
		{"counts without end", "does not stand still", device{every: 1, step: 1 << 20}},
	} {
		mmio.Fake = &x.device
		if err := (Clock{base}).Set(at); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}

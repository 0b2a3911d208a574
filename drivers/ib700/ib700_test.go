//go:build !tamago

package ib700

import (
	"errors"
	"testing"

	"tamagotake/drivers/watchdog"
	"tamagotake/hal/mmio"
)

// device notes what is written.
type device struct {
	writes [][2]uint64
}

func (d *device) Read(uintptr, int) uint64 { return 0xff }
func (d *device) Write(addr uintptr, _ int, val uint64) {
	d.writes = append(d.writes, [2]uint64{uint64(addr), val})
}

func TestDog(t *testing.T) {
	for _, c := range []struct {
		ask, get int64
		value    uint64
	}{{1, 2e9, 14}, {2e9, 2e9, 14}, {2e9 + 1, 4e9, 13}, {29e9, 30e9, 0}, {30e9, 30e9, 0}} {
		d := &device{}
		mmio.Fake = d
		dog := Dog{Port: 0x441}
		dog.Feed() // off: nothing
		got, err := dog.Start(c.ask)
		if err != nil || got != c.get {
			t.Errorf("%d: %d, %v", c.ask, got, err)
		}
		if _, err := dog.Start(c.ask); !errors.Is(err, watchdog.ErrRunning) {
			t.Errorf("a second time: %v", err)
		}
		dog.Feed()
		if err := dog.Stop(); err != nil {
			t.Error(err)
		}
		dog.Feed()
		want := [][2]uint64{{0x443, c.value}, {0x443, c.value}, {0x441, 0}}
		if len(d.writes) != 3 || [3][2]uint64(d.writes) != [3][2]uint64(want) {
			t.Errorf("%d: wrote %x, want %x", c.ask, d.writes, want)
		}
	}
	for _, ns := range []int64{-1, 0, 30e9 + 1} {
		dog := Dog{Port: 0x441}
		if _, err := dog.Start(ns); !errors.As(err, new(watchdog.RangeError)) {
			t.Errorf("%d: %v", ns, err)
		}
	}
}

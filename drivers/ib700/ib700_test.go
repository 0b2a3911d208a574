//go:build !tamago

package ib700

import (
	"errors"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/drivers/watchdog"
	"github.com/tamagotake/tamagotake/hal/fake"
)

func TestDog(t *testing.T) {
	for _, c := range []struct {
		ask, get time.Duration
		value    uint64
	}{{1, 2e9, 14}, {2e9, 2e9, 14}, {2e9 + 1, 4e9, 13}, {29e9, 30e9, 0}, {30e9, 30e9, 0}} {
		regs := fake.New(t).Device("ib700", 0x441, 3)
		stop, start := regs.Plain("STOP", 0, 1, 0), regs.Plain("START", 2, 1, 0)
		regs.Expect(fake.Write("START", c.value), fake.Write("START", c.value), fake.Write("STOP", 0))
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
		if n := stop.Writes + start.Writes; n != 3 {
			t.Errorf("%d: %d writes", c.ask, n)
		}
	}
	for _, ns := range []time.Duration{-1, 0, 30e9 + 1} {
		dog := Dog{Port: 0x441}
		if _, err := dog.Start(ns); !errors.As(err, new(watchdog.RangeError)) {
			t.Errorf("%d: %v", ns, err)
		}
	}
}

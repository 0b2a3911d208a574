// Package imxwdog drives the watchdog of NXP i.MX chips.
//
// Source: i.MX 6ULL Applications Processor Reference Manual, rev. 1 (IMX6ULLRM), chapter
// 59: 59.7, WDOG memory map.
package imxwdog

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/watchdog"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Registers, as offsets (59.7.1 and following). All have 16 bits.
const (
	wcr  = 0x00 // control
	wsr  = 0x02 // service
	wrsr = 0x04 // reset status

	wcrTime   = 8           // 8 bits: units of half a second, less one
	wcrNormal = 1<<5 | 1<<4 // WDA, SRS: not asserted
	wcrEnable = 1 << 2      // WDE: can be set once, and not cleared
	wrsrTime  = 1 << 1      // TOUT

	service1 = 0x5555 // 59.5.2: one after the other, and the time begins anew
	service2 = 0xaaaa

	unit  = 500 * time.Millisecond
	least = 2 * unit // QEMU takes a time field of 0 for one that is over
	most  = 256 * unit
)

// Dog is one watchdog.
type Dog struct {
	Base uintptr // address of the first register
}

// Start is that of [watchdog.Dog]: from 1 to 128 s, in steps of half a second.
func (d Dog) Start(timeout time.Duration) (actual time.Duration, err error) {
	if timeout < least || timeout > most {
		return 0, drivers.Errorf("imxwdog", "%w", watchdog.RangeError{Least: least, Most: most})
	}
	if mmio.Read16(d.Base+wcr)&wcrEnable != 0 {
		return 0, drivers.Errorf("imxwdog", "%w", watchdog.ErrRunning)
	}
	units := (timeout + unit - 1) / unit
	// In one store: some of the bits can be written once.
	want := uint16(units-1)<<wcrTime | wcrNormal | wcrEnable
	mmio.Write16(d.Base+wcr, want)
	if got := mmio.Read16(d.Base + wcr); got != want {
		return 0, drivers.Errorf("imxwdog", "WCR (0x00) was set to %#04x and reads %#04x", want, got)
	}
	d.Feed()
	return units * unit, nil
}

// Feed is that of [watchdog.Dog].
func (d Dog) Feed() {
	mmio.Write16(d.Base+wsr, service1)
	mmio.Write16(d.Base+wsr, service2)
}

// Stop is that of [watchdog.Dog]: it says ErrNoStop.
func (d Dog) Stop() error { return drivers.Errorf("imxwdog", "%w", watchdog.ErrNoStop) }

// Bitten reports whether the device has restarted the machine the last time. QEMU does not
// keep that.
func (d Dog) Bitten() bool { return mmio.Read16(d.Base+wrsr)&wrsrTime != 0 }

//go:build amd64 || !tamago

// Package i6300esb drives the watchdog of the Intel 6300ESB I/O controller hub, a PCI
// function. It counts twice: after the first time it could interrupt, which is not used
// here, and after the second it restarts the machine.
//
// Source: Intel 6300ESB I/O Controller Hub Datasheet (300641-004), section 16, watchdog
// timer.
package i6300esb

import (
	"math/bits"
	"time"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/pci"
	"github.com/tamagotake/tamagotake/drivers/watchdog"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// Vendor and ID of the function.
const (
	Vendor = 0x8086
	ID     = 0x25ab
)

// Registers in the function's configuration (16.4), and in its memory (16.5).
const (
	config = 0x60 // 16 bits
	lock   = 0x68 // 8 bits

	configNoInterrupt = 0b11 // after the first time
	lockEnable        = 1 << 1

	timer1 = 0x00
	timer2 = 0x04
	reload = 0x0c // 16 bits

	unlock1      = 0x80 // written to reload before each write of the others
	unlock2      = 0x86
	reloadNow    = 1 << 8
	reloadBitten = 1 << 9 // the second time has passed; a one clears it

	regsBytes = 0x10

	// A count is 2^15 cycles of the 33 MHz clock of PCI.
	clockHz   = 33_000_000
	scale     = 15
	countsMax = 1<<20 - 1
	least     = 2 * time.Millisecond
	most      = time.Duration(2 * countsMax << scale * 1_000_000_000 / clockHz)
)

// Dog is the watchdog. Probe makes it.
type Dog struct {
	at   pci.Address
	regs uintptr
}

// Probe takes the device over. d is its function; its bars need not be known. Thread level.
func Probe(d *pci.Device) (*Dog, error) {
	d.Size()
	regs, err := d.Range(0, 0, regsBytes)
	if err != nil {
		return nil, drivers.Errorf("i6300esb", "%w", err)
	}
	d.Enable()
	return &Dog{d.Address, regs}, nil
}

// Start is that of [watchdog.Dog]: from 2 ms to 34 minutes, in steps of 2 ms.
func (w *Dog) Start(timeout time.Duration) (actual time.Duration, err error) {
	if timeout < least || timeout > most {
		return 0, drivers.Errorf("i6300esb", "%w", watchdog.RangeError{Least: least, Most: most})
	}
	if w.lock()&lockEnable != 0 {
		return 0, drivers.Errorf("i6300esb", "%w", watchdog.ErrRunning)
	}
	counts := half(timeout)
	w.write16(config, configNoInterrupt)
	for _, timer := range []uintptr{timer1, timer2} {
		w.unlock()
		mmio.Write32(w.regs+timer, counts)
	}
	w.setLock(lockEnable)
	if got := w.lock(); got&lockEnable == 0 {
		return 0, drivers.Errorf("i6300esb", "the lock register (0x68) does not take its enable bit: it reads %#02x", got)
	}
	w.Feed()
	return elapsed(counts), nil
}

// half is half of a time in counts, rounded up.
func half(d time.Duration) (counts uint32) {
	const per = 2 << scale * 1_000_000_000
	hi, lo := bits.Mul64(uint64(d), clockHz)
	lo, carry := bits.Add64(lo, per-1, 0)
	n, _ := bits.Div64(hi+carry, lo, per)
	return uint32(min(n, countsMax))
}

// elapsed is what twice the counts take.
func elapsed(counts uint32) time.Duration {
	hi, lo := bits.Mul64(uint64(counts)*2<<scale, 1e9)
	n, _ := bits.Div64(hi, lo, clockHz)
	return time.Duration(n)
}

// Feed is that of [watchdog.Dog].
func (w *Dog) Feed() {
	w.unlock()
	mmio.Write16(w.regs+reload, reloadNow)
}

// Stop is that of [watchdog.Dog]. It can be stopped unless it is locked.
func (w *Dog) Stop() error {
	w.setLock(0)
	if w.lock()&lockEnable != 0 {
		return drivers.Errorf("i6300esb", "%w: it is locked", watchdog.ErrNoStop)
	}
	return nil
}

// Bitten reports whether the device has restarted the machine the last time, once.
func (w *Dog) Bitten() bool {
	if mmio.Read16(w.regs+reload)&reloadBitten == 0 {
		return false
	}
	w.unlock()
	mmio.Write16(w.regs+reload, reloadBitten)
	return true
}

func (w *Dog) unlock() {
	mmio.Write16(w.regs+reload, unlock1)
	mmio.Write16(w.regs+reload, unlock2)
}

// The two registers take accesses of their own size only, not those of package pci, so
// these are made here (PCI 3.2.2.3.2: the low bits of the address are those of the data port).
const (
	configAddress = 0xcf8
	configData    = 0xcfc
	configOn      = 1 << 31
)

func (w *Dog) lock() uint8 {
	saved := platform.MaskInterrupts()
	mmio.Out32(configAddress, configOn|uint32(w.at)<<8|lock)
	v := mmio.In8(configData)
	platform.RestoreInterrupts(saved)
	return v
}

func (w *Dog) write16(reg uint8, v uint16) {
	saved := platform.MaskInterrupts()
	mmio.Out32(configAddress, configOn|uint32(w.at)<<8|uint32(reg))
	mmio.Out16(configData, v)
	platform.RestoreInterrupts(saved)
}

func (w *Dog) setLock(v uint8) {
	saved := platform.MaskInterrupts()
	mmio.Out32(configAddress, configOn|uint32(w.at)<<8|lock)
	mmio.Out8(configData, v)
	platform.RestoreInterrupts(saved)
}

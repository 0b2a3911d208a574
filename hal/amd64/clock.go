//go:build tamago && amd64

package amd64

import (
	"math"
	"math/bits"

	"github.com/tamagotake/tamagotake/hal/mmio"
	_ "unsafe"
)

// High precision event timer (IA-PC HPET 1.0a), on q35 only.
const (
	// HPET is where its registers are; the clock has set its counter going.
	HPET = hpetBase

	hpetBase    = 0xfed00000
	hpetID      = hpetBase + 0x000 // period in femtoseconds in the high half
	hpetConfig  = hpetBase + 0x010
	hpetCounter = hpetBase + 0x0f0
	hpetEnable  = 1
)

// Clock says how the clock was set up, for the people who read the start-up lines.
type Clock struct {
	TSCHz     uint64
	TimerHz   uint64 // local APIC timer, undivided
	Reference string // what they were measured against
}

var (
	clock Clock

	// now = base + (tsc - tscBase) * tscMult / 2^32
	tscMult uint64 = 1 << 30 // until it is known: 4 GHz, which is never ahead
	tscBase uint64
	nsBase  uint64

	timerMult uint64 // local APIC timer counts per ns, * 2^32

	entryTSC uint64 // set by start.s
)

func rdtsc() uint64

// EntryNS returns when the machine, its firmware done, entered the kernel: on the
// clock of hal, which on QEMU begins with the machine.
func EntryNS() int64 {
	hi, lo := bits.Mul64(entryTSC, tscMult)
	return int64(hi<<32 + lo>>32)
}

// ClockInfo returns how the clock was set up.
func ClockInfo() Clock { return clock }

// now is the clock of the runtime and of hal: the time-stamp counter, which QEMU
// starts at zero with the machine. Any level.
//
//go:nosplit
//go:linkname now github.com/tamagotake/tamagotake/rt/platform.Now
func now() int64 {
	hi, lo := bits.Mul64(rdtsc()-tscBase, tscMult)
	return int64(nsBase + hi<<32 + lo>>32)
}

//go:nosplit
//go:linkname nanotime runtime/goos.Nanotime
func nanotime() int64 { return now() }

// reference is a counter of known frequency.
type reference struct {
	name string
	hz   uint64
	read func() uint64
}

// findReference: the HPET where there is one; else the local APIC timer itself,
// which runs at 1 GHz in QEMU and KVM, the only machines without an HPET that
// this package knows. CPUID leaf 0x15 is not asked: software emulation answers
// with numbers that mean nothing.
func findReference() reference {
	if id := mmio.Read64(hpetID); id != 0 && id != math.MaxUint64 {
		mmio.Set(hpetConfig, hpetEnable)
		return reference{"HPET", 1e15 / (id >> 32), func() uint64 { return mmio.Read64(hpetCounter) }}
	}
	return reference{"local APIC timer", 1e9, func() uint64 { return math.MaxUint32 - uint64(mmio.Read32(lapicCurrent)) }}
}

// sample reads the reference between two readings of the time-stamp counter, and
// of several takes the tightest, since emulation may stop us at any place.
func (r reference) sample() (tsc, ref uint64) {
	best := uint64(math.MaxUint64)
	for range 5 {
		before := rdtsc()
		mid := r.read()
		after := rdtsc()
		if after-before < best {
			best, tsc, ref = after-before, before+(after-before)/2, mid
		}
	}
	return tsc, ref
}

// initClock measures the time-stamp counter and the local APIC timer.
//
// With instruction counting (-icount) both tick in virtual nanoseconds, and a few
// microseconds show it; otherwise 10 ms, which is about 50 ppm under emulation.
func initClock() {
	mmio.Write32(lapicTimer, lvtMasked|vectorTimer)
	mmio.Write32(lapicDivide, divideBy1)
	mmio.Write32(lapicInitial, math.MaxUint32)

	r := findReference()
	tsc0, ref0 := r.sample()
	apic0 := mmio.Read32(lapicCurrent)
	for _, ns := range []uint64{20e3, 10e6} {
		for r.read()-ref0 < ns*r.hz/1e9 {
		}
		tsc1, ref1 := r.sample()
		apic1 := mmio.Read32(lapicCurrent)
		clock = Clock{
			TSCHz:     scale(tsc1-tsc0, r.hz, ref1-ref0),
			TimerHz:   scale(uint64(apic0-apic1), r.hz, ref1-ref0),
			Reference: r.name,
		}
		if clock.TSCHz > 998e6 && clock.TSCHz < 1002e6 {
			clock.TSCHz = 1e9
			break
		}
	}
	if t := clock.TimerHz; t > 990e6 && t < 1010e6 {
		clock.TimerHz = 1e9
	}
	mmio.Write32(lapicInitial, 0)
	mmio.Write32(lapicTimer, vectorTimer)

	tsc := rdtsc()
	mult, _ := bits.Div64(1e9>>32, 1e9<<32&math.MaxUint64, clock.TSCHz)
	hi, lo := bits.Mul64(tsc, mult)
	timerMult, _ = bits.Div64(clock.TimerHz>>32, clock.TimerHz<<32, 1e9)
	tscBase, nsBase, tscMult = tsc, hi<<32+lo>>32, mult
	alarmReach = int64(scale(math.MaxUint32-1, 1e9, clock.TimerHz))
}

// scale is a*b/c without overflow.
func scale(a, b, c uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	q, _ := bits.Div64(hi, lo, c)
	return q
}

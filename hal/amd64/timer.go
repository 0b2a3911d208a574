//go:build tamago && amd64

package amd64

import (
	"math"
	"math/bits"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	_ "unsafe"
)

// Divide configuration of the local APIC timer (Intel SDM figure 10-10).
const divideBy1 = 0b1011

// lapicPending is the word of the interrupt request register that has the timer's vector
// (Intel SDM 10.8.4).
const (
	lapicPending = lapicBase + 0x200 + vectorTimer/32*16
	timerPending = 1 << (vectorTimer % 32)
)

// alarmReach is how far the timer can count, in nanoseconds: 4.29 s at 1 GHz.
var alarmReach int64

// alarm programs the local APIC timer for one interrupt. The count has 32 bits: a later one
// comes early. Counts are rounded up, so that the time has come when the interrupt does. In a
// poll whose time is bounded the timer is not free, nor is it in an interrupt that has struck
// such a poll: it is set when the poll is over, see restoreAlarm, and no other task is polled
// before.
//
// An interrupt that is pending, when it comes, will do for a time that has passed. For a later
// one it is one too many: it was asked for by what the timer was programmed to before. So whether
// one is pending is read after the timer has its new count: in between the old one could expire.
// If the new one has by then, one interrupt too many is expected, and hal programs the timer again.
//
//go:nosplit
//go:linkname alarm github.com/tamagotake/tamagotake/rt/platform.alarm
func alarm(atNS int64) (setNS int64, count uint64) {
	count = irq.Counted(LineTimer)
	if budget != 0 && level > levelEntry {
		return atNS, count
	}
	if atNS == math.MaxInt64 {
		mmio.Write32(lapicInitial, 0)
		return atNS, count
	}
	t := now()
	if atNS <= t {
		counts := uint32(1)
		if pending() {
			counts = 0 // off
		}
		mmio.Write32(lapicInitial, counts)
		return atNS, count
	}
	if atNS-t > alarmReach {
		atNS = t + alarmReach
	}
	hi, lo := bits.Mul64(uint64(atNS-t), timerMult)
	mmio.Write32(lapicInitial, uint32(min(hi<<32+lo>>32+1, math.MaxUint32)))
	if pending() {
		count++
	}
	return atNS, count
}

//go:nosplit
func pending() bool { return mmio.Read32(lapicPending)&timerPending != 0 }

// interrupts counts the timer's.
//
//go:nosplit
//go:linkname interrupts github.com/tamagotake/tamagotake/rt/platform.interrupts
func interrupts() uint64 { return irq.Counted(LineTimer) }

//go:build tamago && amd64

package amd64

import (
	"math"
	"math/bits"

	"tamagotake/hal/line"
	"tamagotake/hal/mmio"
	_ "unsafe"
)

// Divide configuration of the local APIC timer (Intel SDM figure 10-10).
const divideBy1 = 0b1011

// alarmNS is what the timer was last set to by [alarm], and alarmCount how many interrupts
// there had been: once there is one more, that was the alarm. In between, the real-time
// executor uses the timer to bound its polls, and sets it to this again: also if the time has
// come meanwhile, since the interrupt may not have been on its way yet. To count costs the way
// of the interrupt nothing: its line does that.
var (
	alarmNS    int64 = math.MaxInt64
	alarmCount uint64
)

// alarm programs the local APIC timer for one interrupt. The count has 32 bits: after
// 4.29 s at 1 GHz the timer fires early, whoever is woken looks at the clock, and it is
// programmed anew. Counts are rounded up, so that the time has come when the interrupt
// does. In a poll whose time is bounded the timer is not free: it is set when that is over,
// and no other task is polled before.
//
//go:nosplit
//go:linkname alarm tamagotake/hal.alarm
func alarm(atNS int64) {
	alarmNS, alarmCount = atNS, line.Counted(LineTimer)
	if budget != 0 && level > levelEntry { // also in an interrupt that has struck the poll
		return
	}
	if atNS == math.MaxInt64 {
		mmio.Write32(lapicInitial, 0)
		return
	}
	count := uint64(1)
	if t := now(); atNS > t {
		hi, lo := bits.Mul64(uint64(atNS-t), timerMult)
		count = hi<<32 + lo>>32 + 1
	}
	mmio.Write32(lapicInitial, uint32(min(count, math.MaxUint32)))
}

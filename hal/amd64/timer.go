//go:build tamago && amd64

package amd64

import (
	"math"
	"math/bits"
	"tamagotake/hal/mmio"
	_ "unsafe"
)

// Divide configuration of the local APIC timer (Intel SDM figure 10-10).
const (
	divideBy1   = 0b1011
	divideBy128 = 0b1010
)

var timerDivide uint32 = divideBy1

// alarm programs the local APIC timer for one interrupt. The count has 32 bits:
// over 4.29 s at 1 GHz it is taken in steps of 128, and after 9 minutes the timer
// fires early and is programmed anew. Counts are rounded up, so that the time has
// come when the interrupt does.
//
//go:nosplit
//go:linkname alarm tamagotake/hal.alarm
func alarm(atNS int64) {
	if atNS == math.MaxInt64 {
		mmio.Write32(lapicInitial, 0)
		return
	}
	count := uint64(1)
	if t := now(); atNS > t {
		hi, lo := bits.Mul64(uint64(atNS-t), timerMult)
		count = hi<<32 + lo>>32 + 1
	}
	divide := uint32(divideBy1)
	if count > math.MaxUint32 {
		divide = divideBy128
		count = min(count>>7+1, math.MaxUint32)
	}
	if divide != timerDivide {
		timerDivide = divide
		mmio.Write32(lapicDivide, divide)
	}
	mmio.Write32(lapicInitial, uint32(count))
}

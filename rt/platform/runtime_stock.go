//go:build tamago && stockgo

package platform

import (
	"runtime/goos"
	_ "unsafe"
)

// What the runtime of boot/port has beyond that of the TamaGo distribution.

func init() { goos.Turn = setTurn }

// unwake takes back a [wakeG] that has not ended a sleep yet.
//
//go:linkname unwake runtime.portUnwake
func unwake(gp uint)

// urgent says, before the runtime is entered to preempt a goroutine, whether that is because of
// an Unpark.
//
//go:nosplit
func urgent(unparked bool) {
	portUrgent = 0
	if unparked {
		portUrgent = 1
	}
}

//go:linkname portUrgent runtime.portUrgent
var portUrgent uint32

// RunTime returns how long the goroutine with that number has had the processor, in nanoseconds,
// up to the last time that another got it, with the interrupts in between. It reports false if
// there is no such goroutine, or the machine does not know. Thread level.
func RunTime(goroutine uint64) (ns int64, ok bool) {
	ns = runTime(goroutine)
	return ns, ns >= 0
}

//go:linkname runTime runtime.portRunTime
func runTime(goroutine uint64) (ns int64)

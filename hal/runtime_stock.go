//go:build tamago && stockgo

package hal

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
// a ring.
//
//go:nosplit
func urgent(rung bool) {
	portUrgent = 0
	if rung {
		portUrgent = 1
	}
}

//go:linkname portUrgent runtime.portUrgent
var portUrgent uint32

//go:build tamago && !stockgo

package platform

// The TamaGo distribution's runtime has no way to preempt a goroutine, and its WakeG ends a
// sleep or fails, and notes nothing.

func unwake(gp uint) {}

//go:nosplit
func urgent(unparked bool) {}

// RunTime is not known.
func RunTime(goroutine uint64) (ns int64, ok bool) { return 0, false }

//go:build tamago && !stockgo

package hal

// The TamaGo distribution's runtime has no way to preempt a goroutine, and its WakeG ends a
// sleep or fails, and notes nothing.

func unwake(gp uint) {}

//go:nosplit
func urgent(rung bool) {}

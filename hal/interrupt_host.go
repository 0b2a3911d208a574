//go:build !tamago && !explore

package hal

// MaskInterrupts masks interrupts and returns what to give [RestoreInterrupts].
// On the host there are none.
func MaskInterrupts() (saved uintptr) { return 0 }

// UnmaskInterrupts ends every masked section that has begun at thread level.
func UnmaskInterrupts() {}

// RestoreInterrupts undoes [MaskInterrupts].
func RestoreInterrupts(saved uintptr) {}

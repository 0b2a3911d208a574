//go:build !tamago && !explore

package platform

// Masking, if a test sets it, is called where interrupts are about to be masked: what it does
// is an interrupt that strikes in the last moment before.
var Masking func()

// MaskInterrupts masks interrupts and returns what to give [RestoreInterrupts].
// On the host there are none.
func MaskInterrupts() (saved uintptr) {
	if Masking != nil {
		Masking()
	}
	return 0
}

// UnmaskInterrupts ends every masked section that has begun at thread level.
func UnmaskInterrupts() {}

// RestoreInterrupts undoes [MaskInterrupts].
func RestoreInterrupts(saved uintptr) {}

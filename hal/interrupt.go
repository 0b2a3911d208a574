//go:build tamago

package hal

// MaskInterrupts masks interrupts on this processor and returns what to give
// [RestoreInterrupts]. Any level; they nest.
func MaskInterrupts() (saved uintptr)

// RestoreInterrupts undoes [MaskInterrupts].
func RestoreInterrupts(saved uintptr)

// UnmaskInterrupts ends every masked section that has begun at thread level. It is for what
// contains a panic: a section that a panic has left is over, and nothing else restores what it
// has saved. Thread level.
func UnmaskInterrupts() { RestoreInterrupts(enabled) }

// wait unmasks interrupts and halts until one comes, in one step.
func wait()

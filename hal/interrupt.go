//go:build tamago

package hal

// MaskInterrupts masks interrupts on this processor and returns what to give
// [RestoreInterrupts]. Any level; they nest.
func MaskInterrupts() (saved uintptr)

// RestoreInterrupts undoes [MaskInterrupts].
func RestoreInterrupts(saved uintptr)

// wait unmasks interrupts and halts until one comes, in one step.
func wait()

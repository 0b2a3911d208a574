//go:build tamago

package platform

// MaskInterrupts masks interrupts on this processor and returns what to give
// [RestoreInterrupts]. Any level; they nest.
//
// Between the two, call nothing that may panic and recover by itself, as fmt does for a String
// method: a panic enables interrupts where it begins, see [UnmaskInterrupts].
func MaskInterrupts() (saved uintptr)

// RestoreInterrupts undoes [MaskInterrupts]. In an interrupt's entry and in the executor between two
// polls, where interrupts are masked from the beginning, it does nothing, whatever it is called with.
func RestoreInterrupts(saved uintptr)

// UnmaskInterrupts ends every masked section that has begun at thread level. It is for what
// contains a panic: a section that a panic has left is over, and nothing else restores what it
// has saved. The runtime of boot/port does it wherever a panic begins; under the TamaGo
// distribution it is up to who recovers. Thread level.
func UnmaskInterrupts() { RestoreInterrupts(enabled) }

// AtThreadLevel reports whether the caller runs at thread level: not in an interrupt's entry, in
// the real-time executor or one of its polls. Provided by hal/amd64 and hal/arm. Any level.
func AtThreadLevel() bool

// wait unmasks interrupts and halts until one comes, in one step.
func wait()

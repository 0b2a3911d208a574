//go:build explore

package platform

import "github.com/tamagotake/tamagotake/rt/internal/atom"

// MaskInterrupts masks interrupts and returns what to give [RestoreInterrupts]. In the
// explorer's build those of the model's processor.
func MaskInterrupts() (saved uintptr) { return atom.Mask() }

// RestoreInterrupts undoes [MaskInterrupts].
func RestoreInterrupts(saved uintptr) { atom.Unmask(saved) }

// UnmaskInterrupts does nothing: no model panics in a masked section.
func UnmaskInterrupts() {}

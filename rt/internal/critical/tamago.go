//go:build tamago

package critical

import "github.com/tamagotake/tamagotake/rt/platform"

// Enter begins a critical section and returns what to give [Section.Leave]. Any level.
//
//go:nosplit
func (s *Section) Enter() (saved uintptr) { return platform.MaskInterrupts() }

// Leave ends a critical section.
//
//go:nosplit
func (s *Section) Leave(saved uintptr) { platform.RestoreInterrupts(saved) }

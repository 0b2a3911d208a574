// Package critical guards the short steps in which tasks of every level, interrupt entries
// and other processors change the same structure: the list of a wait queue, the slots of
// the timer wheel.
//
//	Enter   mask interrupts, then take the lock
//	  ...   a bounded number of instructions, no wake
//	Leave   give the lock back, then unmask
//
// In this order: with the lock taken and interrupts on, an interrupt above the holder
// would wait for it for ever. Wakes come after Leave, since they are work of another task
// and may poll it at once.
//
//	build            what it is
//	-----            ----------
//	tamago           interrupts masked; one processor, so no lock. A task that faults
//	                 inside, which takes an overwritten link, leaves none taken
//	host             a spin lock between goroutines
//	-tags explore    two steps of internal/explore, and no interrupt between them
package critical

import "tamagotake/internal/atom"

// Section is one such lock. The zero value is free. It must not be copied.
type Section struct{ taken atom.Uint32 }

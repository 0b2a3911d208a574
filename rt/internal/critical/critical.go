// Package critical guards the short steps in which tasks of every level, interrupt entries
// and other processors change the same structure: the list of a wait queue, the slots of
// the timer wheel.
//
//	Enter   mask interrupts, then take the lock
//	  ...   a bounded number of instructions, the wake of one task among them
//	Leave   give the lock back, then unmask
//
// In this order: with the lock taken and interrupts on, an interrupt above the holder
// would wait for it for ever. The wake is in the section that takes the wait off its list,
// since a real-time poll can be ended between two sections; the real-time executor, which
// would poll at once, is entered after Leave (task.Waker.WakeWithin).
//
// A section reads and compares what it will write before its first store, and what may panic
// comes before Enter: what has been overwritten then changes nothing, and leaves nothing masked.
//
//	build            what it is
//	-----            ----------
//	tamago           interrupts masked; one processor, so no lock. A task that faults
//	                 inside, which takes an overwritten link, leaves none taken
//	host             a spin lock between goroutines
//	-tags explore    two steps of rt/internal/explore, and no interrupt between them
package critical

import "github.com/tamagotake/tamagotake/rt/internal/atom"

// Section is one such lock. The zero value is free. It must not be copied.
type Section struct{ taken atom.Uint32 }

//go:build !tamago && !explore

package critical

import "github.com/tamagotake/tamagotake/rt/internal/atom"

// Enter begins a critical section and returns what to give [Section.Leave].
func (s *Section) Enter() (saved uintptr) {
	if !s.taken.CompareAndSwap(0, 1) {
		s.wait()
	}
	return 0
}

func (s *Section) wait() {
	for !s.taken.CompareAndSwap(0, 1) {
		atom.Relax()
	}
}

// Leave ends a critical section. A release is enough: who enters next sees what was done,
// and no decision hangs on when.
func (s *Section) Leave(uintptr) { s.taken.StoreRelease(0) }

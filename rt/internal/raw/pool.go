package raw

import (
	"errors"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
)

// ErrFull: every slot of the pool is taken.
var ErrFull = errors.New("task: no free slot in the pool")

// Pool is a number of slots for tasks with one type of output. A slot is taken by a
// spawn and is free again when its task is over and the result taken or given up.
type Pool[T any] struct {
	slots []Task[T]
	hint  atom.Uint32 // where to look first
}

// Init gives the pool its slots: of a package variable, or from make. Thread level,
// once.
func (p *Pool[T]) Init(slots []Task[T]) { p.slots = slots }

// Spawn is [Task.Spawn] into a free slot. The error is [ErrFull] if there is none; then
// nothing has happened, and poll can be spawned later. Or it is [ErrUnverified]. Thread level,
// any goroutine. It looks at each slot at most once.
func (p *Pool[T]) Spawn(q *RunQueue, m *Metadata, poll unsafe.Pointer) (JoinHandle[T], error) {
	n := uint32(len(p.slots))
	first := p.hint.Load()
	for i := range n {
		k := (first + i) % n
		if p.slots[k].state.Load()&flags != 0 {
			continue
		}
		j, err := p.slots[k].Spawn(q, m, poll)
		if err == ErrAlive {
			continue // another goroutine was faster
		}
		if err == nil {
			p.hint.StoreRelease(k + 1)
		}
		return j, err
	}
	return JoinHandle[T]{}, ErrFull
}

// Free counts the free slots.
func (p *Pool[T]) Free() (n int) {
	for i := range p.slots {
		if p.slots[i].state.Load()&flags == 0 {
			n++
		}
	}
	return n
}

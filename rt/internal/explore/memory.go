//go:build explore

package explore

import (
	"slices"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
)

// The operations of package atom, as steps. Each stops the thread, and does its work
// when the thread is chosen again.

// Active says whether a thread is running: what a model sets up is no step.
func (m *Model) Active() bool { return m.current != nil }

func (m *Model) stop(s step) *thread {
	th := m.current
	th.yield(s)
	if th.dead {
		panic(killing{})
	}
	return th
}

func (m *Model) Load(c *atom.Cell) uint64 {
	th := m.stop(step{kind: load, cell: m.number(c)})
	buffer := m.cores[th.core].buffer
	for i := len(buffer) - 1; i >= 0; i-- {
		if buffer[i].cell == c { // a processor sees its own stores at once
			return buffer[i].val
		}
	}
	return c.V
}

func (m *Model) Store(c *atom.Cell, val uint64) {
	th := m.stop(step{kind: write, cell: m.number(c)})
	m.commit(th, c, val)
}

func (m *Model) StoreRelease(c *atom.Cell, val uint64) {
	th := m.stop(step{kind: buffered, cell: m.number(c)})
	core := &m.cores[th.core]
	core.buffer = append(core.buffer, store{c, val})
}

// StorePrivate goes behind what is in the store buffer, as any store does.
func (m *Model) StorePrivate(c *atom.Cell, val uint64) {
	core := &m.cores[m.current.core]
	if b := &core.buffer; len(*b) > 0 {
		*b = append(*b, store{c, val})
		return
	}
	c.V = val
}

func (m *Model) Swap(c *atom.Cell, val uint64) uint64 {
	th := m.stop(step{kind: write, cell: m.number(c), note: "(swap)"})
	old := c.V
	m.commit(th, c, val)
	return old
}

func (m *Model) CompareAndSwap(c *atom.Cell, old, new uint64) bool {
	th := m.stop(step{kind: write, cell: m.number(c), note: "(compare and swap)"})
	if c.V != old {
		return false
	}
	m.commit(th, c, new)
	return true
}

func (m *Model) Add(c *atom.Cell, delta uint64) uint64 {
	th := m.stop(step{kind: write, cell: m.number(c), note: "(add)"})
	m.commit(th, c, c.V+delta)
	return c.V
}

// Await blocks the thread until cond holds.
func (m *Model) Await(cond func() bool) { m.stop(step{kind: await, cond: cond}) }

// Relax blocks the thread until another has changed something since it last did.
func (m *Model) Relax() {
	th := m.stop(step{kind: relaxing})
	th.seen = m.writes - th.own
}

// Acquire is one step for masking and taking the lock: an interrupt that begins between
// the two might as well have begun before.
func (m *Model) Acquire(c *atom.Cell) (saved uintptr) {
	th := m.current
	core := &m.cores[th.core]
	m.stop(step{kind: acquire, cell: m.number(c), cond: func() bool {
		return c.V == 0 && len(core.buffer) == 0
	}})
	m.commit(th, c, 1)
	saved = core.mask()
	core.held = append(core.held, c)
	m.point(th, reads)
	return saved
}

// Release gives the lock back and unmasks after that.
func (m *Model) Release(c *atom.Cell, saved uintptr) {
	th := m.stop(step{kind: write, cell: m.number(c), note: "(release)"})
	m.commit(th, c, 0)
	core := &m.cores[th.core]
	core.held = slices.DeleteFunc(core.held, func(h *atom.Cell) bool { return h == c })
	m.unmask(th, saved)
}

// Mask is a step of its own, so that an interrupt can begin, or a kill strike, between what
// was done before and the section.
func (m *Model) Mask() (saved uintptr) {
	th := m.current
	core := &m.cores[th.core]
	if core.masked == 0 {
		m.point(th, masks)
	}
	saved = core.mask()
	if saved == 0 {
		m.point(th, reads)
	}
	return saved
}

// Unmask ends what Mask began: another point, before anything that comes behind the section.
func (m *Model) Unmask(saved uintptr) { m.unmask(m.current, saved) }

func (m *Model) unmask(th *thread, saved uintptr) {
	core := &m.cores[th.core]
	if was := core.masked; was == saved {
		return
	}
	if core.masked = saved; saved == 0 {
		m.point(th, unmasks)
	}
}

// Point is a step that does nothing: what is between two plain statements.
func (m *Model) Point() { m.point(m.current, passes) }

// point stops the thread where nothing of memory is touched. Other processors see none of it,
// so it is left out where no interrupt can come and nothing can be killed.
func (m *Model) point(th *thread, k kind) {
	if k == reads {
		// In a section only a fault strikes.
		if th.kills&ByFault == 0 || m.killed {
			return
		}
	} else if th.kills == 0 && !m.cores[th.core].interruptible {
		return
	}
	m.stop(step{kind: k})
}

// Halt unmasks and waits for an interrupt of the processor, in one step.
func (m *Model) Halt() {
	th := m.current
	core := &m.cores[th.core]
	core.masked = 0
	was := core.taken
	m.stop(step{kind: halt, cond: func() bool { return core.taken != was }})
}

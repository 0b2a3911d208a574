//go:build explore

package explore

import "tamagotake/internal/atom"

// The operations of package atom, as steps. Each stops the thread, and does its work
// when the thread is chosen again.

// Active says whether a thread is running: what a model sets up is no step.
func (m *Model) Active() bool { return m.current != nil }

func (m *Model) stop(s step) *thread {
	th := m.current
	th.yield(s)
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
	b := &m.cores[th.core].buffer
	*b = append(*b, store{c, val})
}

// StorePrivate goes behind what is in the store buffer, as any store does.
func (m *Model) StorePrivate(c *atom.Cell, val uint64) {
	if b := &m.cores[m.current.core].buffer; len(*b) > 0 {
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
func (m *Model) Acquire(c *atom.Cell) {
	th := m.current
	m.stop(step{kind: acquire, cell: m.number(c), cond: func() bool {
		return c.V == 0 && len(m.cores[th.core].buffer) == 0
	}})
	m.commit(th, c, 1)
	m.cores[th.core].masked++
}

// Release unmasks after its step.
func (m *Model) Release(c *atom.Cell) {
	th := m.stop(step{kind: write, cell: m.number(c), note: "(release)"})
	m.commit(th, c, 0)
	m.cores[th.core].masked--
}

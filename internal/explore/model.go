//go:build explore

package explore

import (
	"fmt"
	"iter"
	"strings"

	"tamagotake/internal/atom"
)

// Model is one run of a concurrent program.
type Model struct {
	threads []*thread
	cores   []core
	finals  []func()
	current *thread
	failure string
	writes  int // how often memory has changed
	log     []step
	cells   map[*atom.Cell]int // numbered as they are come upon, so the same in each run
}

type thread struct {
	id, core  int
	name      string
	interrupt bool
	body      func()
	next      func() (step, bool)
	yield     func(step) bool
	pending   step // what it does when it goes on
	begun     bool
	done      bool
	own       int // its own writes, and
	seen      int // those of others when it last relaxed
}

// core is a processor: the interrupts that have begun on it, the last on top, its store
// buffer, and whether interrupts are masked.
type core struct {
	active []*thread
	buffer []store
	masked int // critical sections that it is in
}

type store struct {
	cell *atom.Cell
	val  uint64
}

type kind uint8

const (
	begin kind = iota
	load
	write
	buffered // a release store, into the buffer
	flush    // the oldest release store, out of it
	await
	relaxing
	acquire
)

var kindNames = [...]string{"begins", "loads", "writes", "buffers a store to", "store reaches", "awaits", "relaxes", "acquires"}

// step is one step that can be taken: by a thread, or by a store buffer. It is kept
// from one run to the next, so it knows variables by number and not by address.
type step struct {
	id   int // of the thread; of the buffer of core c: ^c
	core int
	kind kind
	cell int         // 0 for none
	cond func() bool // of this run
	free bool        // counts as no preemption
	note string
}

// dependent says whether the order of two steps can matter.
func dependent(a, b step) bool {
	if a.core == b.core {
		return true
	}
	if waits(a) || waits(b) { // what they wait for may be any variable
		return changes(a) || changes(b)
	}
	if a.cell != b.cell || a.cell == 0 {
		return false
	}
	return changes(a) || changes(b)
}

func waits(s step) bool { return s.kind == await || s.kind == relaxing }

func changes(s step) bool { return s.kind == write || s.kind == flush || s.kind == acquire }

func newModel() *Model { return &Model{cells: map[*atom.Cell]int{}} }

// Thread adds a thread on a processor of its own and returns the processor's number.
func (m *Model) Thread(name string, body func()) (core_ int) {
	m.cores = append(m.cores, core{})
	m.add(name, len(m.cores)-1, false, body)
	return len(m.cores) - 1
}

// Interrupt adds an interrupt of a processor: it begins once, at any moment, and runs on
// top of what the processor does. Interrupts do not interrupt each other.
func (m *Model) Interrupt(core int, name string, body func()) {
	m.add(name, core, true, body)
}

func (m *Model) add(name string, core int, interrupt bool, body func()) {
	m.threads = append(m.threads, &thread{id: len(m.threads), core: core, name: name, interrupt: interrupt, body: body})
}

// Finally adds what is to hold when all threads have ended.
func (m *Model) Finally(check func()) { m.finals = append(m.finals, check) }

// Assert ends the run as failed unless ok.
func (m *Model) Assert(ok bool, format string, args ...any) {
	if !ok {
		m.fail(fmt.Sprintf(format, args...))
	}
}

func (m *Model) fail(text string) {
	if m.failure == "" {
		m.failure = text
	}
}

// begin makes the threads coroutines; each stops in front of its first step.
func (m *Model) begin() {
	for _, th := range m.threads {
		th.next, _ = iter.Pull(func(yield func(step) bool) {
			th.yield = yield
			yield(step{kind: begin})
			defer func() {
				if v := recover(); v != nil {
					m.fail(fmt.Sprintf("%s panicked: %v", th.name, v))
				}
			}()
			th.body()
		})
		m.resume(th)
	}
}

// resume lets a thread run to its next step.
func (m *Model) resume(th *thread) {
	m.current = th
	s, ok := th.next()
	m.current = nil
	th.done = !ok
	s.id, s.core, s.free = th.id, th.core, th.interrupt
	th.pending = s
}

// choices lists the steps that can be taken.
func (m *Model) choices() (list []step) {
	for _, th := range m.threads {
		if !th.done && m.mayRun(th) && m.enabled(th) {
			list = append(list, th.pending)
		}
	}
	for c := range m.cores {
		if b := m.cores[c].buffer; len(b) > 0 {
			list = append(list, step{id: ^c, core: c, kind: flush, cell: m.number(b[0].cell), free: true})
		}
	}
	return list
}

// mayRun says whether nothing stands on top of the thread on its processor.
func (m *Model) mayRun(th *thread) bool {
	active := m.cores[th.core].active
	if th.interrupt && !th.begun && m.cores[th.core].masked > 0 {
		return false
	}
	if len(active) == 0 {
		return true
	}
	return active[len(active)-1] == th
}

func (m *Model) enabled(th *thread) bool {
	switch s := th.pending; s.kind {
	case write:
		return len(m.cores[th.core].buffer) == 0
	case await, acquire:
		return s.cond()
	case relaxing:
		return m.writes-th.own != th.seen
	}
	return true
}

// take takes one step.
func (m *Model) take(s step) {
	m.log = append(m.log, s)
	if s.kind == flush {
		c := &m.cores[s.core]
		m.commit(m.owner(s.core), c.buffer[0].cell, c.buffer[0].val)
		c.buffer = c.buffer[1:]
		return
	}
	th := m.threads[s.id]
	if th.interrupt && !th.begun {
		m.cores[th.core].active = append(m.cores[th.core].active, th)
	}
	th.begun = true
	m.resume(th)
	if th.interrupt && th.done {
		active := &m.cores[th.core].active
		*active = (*active)[:len(*active)-1]
	}
}

// owner is the thread to whom a flush counts as its own write: the processor's.
func (m *Model) owner(core int) *thread {
	for _, th := range m.threads {
		if th.core == core && !th.interrupt {
			return th
		}
	}
	return m.threads[0]
}

func (m *Model) commit(th *thread, c *atom.Cell, val uint64) {
	if c.V == val {
		return
	}
	c.V = val
	m.writes++
	th.own++
}

// end looks whether everybody has ended, and at the final checks.
func (m *Model) end() {
	if m.failure == "" {
		var stuck []string
		relaxed := false
		for _, th := range m.threads {
			if !th.done {
				stuck = append(stuck, th.name+" "+kindNames[th.pending.kind])
				relaxed = relaxed || th.pending.kind == relaxing
			}
		}
		switch {
		case relaxed:
			m.fail("livelock: " + strings.Join(stuck, ", "))
		case stuck != nil:
			m.fail("deadlock, or a wake-up was lost: " + strings.Join(stuck, ", "))
		}
	}
	if m.failure == "" {
		for _, check := range m.finals {
			check()
		}
	}
}

func (m *Model) number(c *atom.Cell) int {
	if m.cells[c] == 0 {
		m.cells[c] = len(m.cells) + 1
	}
	return m.cells[c]
}

func (m *Model) describe() string {
	var b strings.Builder
	for i, s := range m.log {
		who := fmt.Sprintf("processor %d's", s.core)
		if s.id >= 0 {
			who = m.threads[s.id].name
		}
		what := ""
		if s.cell != 0 {
			what = fmt.Sprintf(" v%d", s.cell)
		}
		fmt.Fprintf(&b, "%4d  %-12s %s%s %s\n", i, who, kindNames[s.kind], what, s.note)
	}
	return b.String()
}

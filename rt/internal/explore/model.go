//go:build explore

package explore

import (
	"fmt"
	"iter"
	"strings"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
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
	killed  bool               // one kill has struck: a run has no more
	cells   map[*atom.Cell]int // numbered as they are come upon, so the same in each run
}

type thread struct {
	id, core  int
	name      string
	interrupt bool
	nmi       bool
	server    bool  // see MayWait
	line      *Line // if it is an interrupt that is raised
	body      func()
	next      func() (step, bool)
	yield     func(step) bool
	pending   step // what it does when it goes on
	begun     bool
	done      bool
	kills     Kills // what can strike it now
	dead      bool  // struck: it goes on at the end of its killable part
	own       int   // its own writes, and
	seen      int   // those of others when it last relaxed
}

// core is a processor.
type core struct {
	active []entry // the interrupts that have begun, the last on top
	buffer []store
	masked uintptr      // 1 if interrupts are masked
	held   []*atom.Cell // locks of critical sections
	taken  int          // interrupts

	interruptible bool // it has interrupts
}

// entry is an interrupt that has begun, and the mask that it returns to.
type entry struct {
	th    *thread
	saved uintptr
}

// mask masks interrupts and returns what was.
func (c *core) mask() (saved uintptr) {
	saved, c.masked = c.masked, 1
	return saved
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
	masks   // points: see point
	unmasks //
	reads   //
	passes  //
	halt
	kill
)

var kindNames = [...]string{"begins", "loads", "writes", "buffers a store to", "store reaches", "awaits", "relaxes", "acquires",
	"masks", "has unmasked", "is in a section", "passes", "halts", "is killed here"}

// step is one step that can be taken: by a thread, or by a store buffer. It is kept
// from one run to the next, so it knows variables by number and not by address.
type step struct {
	id   int // of the thread; of the buffer of core c: ^c; of a kill of thread n: killID + n
	core int
	kind kind
	cell int         // 0 for none
	cond func() bool // of this run
	free bool        // counts as no preemption
	deep int         // interrupts below it
	note string
}

// killID is beyond the numbers of threads.
const killID = 1000

// dependent says whether the order of two steps can matter. A kill strikes one thread, so it
// is like any other step of that thread's processor; but there is one in a run, so a kill of
// one thread takes away those of all others.
func dependent(a, b step) bool {
	if a.core == b.core || a.kind == kill && b.kind == kill {
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

func waits(s step) bool {
	return s.kind == await || s.kind == relaxing || s.kind == begin && s.cond != nil
}

// changes says whether memory may be another after the step. An interrupt that begins has
// taken what raised it; a kill gives back what the thread held.
func changes(s step) bool {
	switch s.kind {
	case write, flush, acquire, kill:
		return true
	case begin:
		return s.cell != 0 || s.cond != nil
	}
	return false
}

func newModel() *Model { return &Model{cells: map[*atom.Cell]int{}} }

// Thread adds a thread on a processor of its own and returns the processor's number.
func (m *Model) Thread(name string, body func()) (core_ int) {
	m.cores = append(m.cores, core{})
	m.add(name, len(m.cores)-1, false, body)
	return len(m.cores) - 1
}

// MayWait says that the processor's thread may wait in the end for what does not come any
// more, as an executor does: that is no deadlock. Final checks say whether it should.
func (m *Model) MayWait(core int) {
	for _, th := range m.threads {
		if th.core == core && !th.interrupt {
			th.server = true
		}
	}
}

// Interrupt adds an interrupt of a processor: it begins once, at any moment at which
// interrupts are not masked there, and runs on top of what the processor does. It begins with
// interrupts masked; where it unmasks them, others can begin on top of it.
func (m *Model) Interrupt(core int, name string, body func()) {
	m.add(name, core, true, body)
}

// NMI adds an interrupt that begins where interrupts are masked as well.
func (m *Model) NMI(core int, name string, body func()) {
	m.add(name, core, true, body).nmi = true
}

func (m *Model) add(name string, core int, interrupt bool, body func()) *thread {
	th := &thread{id: len(m.threads), core: core, name: name, interrupt: interrupt, body: body}
	m.threads = append(m.threads, th)
	m.cores[core].interruptible = m.cores[core].interruptible || interrupt
	return th
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
		m.start(th)
	}
}

func (m *Model) start(th *thread) {
	th.begun, th.done = false, false
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

// guard has a panic in what is not a thread fail the run.
func (m *Model) guard(name string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			m.fail(fmt.Sprintf("%s panicked: %v", name, v))
		}
	}()
	f()
}

// resume lets a thread run to its next step.
func (m *Model) resume(th *thread) {
	m.current = th
	s, ok := th.next()
	m.current = nil
	th.done = !ok
	s.id, s.core, s.free = th.id, th.core, th.interrupt
	if th.line != nil && s.kind == begin {
		s.cell, s.cond = m.number(th.line.raised.Cell()), th.line.when
	}
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
	for _, th := range m.threads {
		if th.kills != 0 && !th.done && m.mayRun(th) && m.mayDie(th) {
			list = append(list, step{id: killID + th.id, core: th.core, kind: kill, free: true})
		}
	}
	return list
}

// mayRun says whether nothing stands on top of the thread on its processor, and, of an
// interrupt, whether it can begin.
func (m *Model) mayRun(th *thread) bool {
	c := &m.cores[th.core]
	top := (*thread)(nil)
	if n := len(c.active); n > 0 {
		top = c.active[n-1].th
	}
	switch {
	case !th.interrupt:
		return top == nil
	case th.begun:
		return top == th
	case th.nmi:
		return top == nil || !top.nmi
	}
	return c.masked == 0
}

func (m *Model) enabled(th *thread) bool {
	switch s := th.pending; s.kind {
	case begin:
		return th.line == nil || th.line.pending()
	case write:
		return len(m.cores[th.core].buffer) == 0
	case await, acquire, halt:
		return s.cond()
	case relaxing:
		return m.writes-th.own != th.seen
	}
	return true
}

// take takes one step.
func (m *Model) take(s step) {
	s.deep = len(m.cores[s.core].active)
	m.log = append(m.log, s)
	c := &m.cores[s.core]
	if s.kind == flush {
		m.commit(m.owner(s.core), c.buffer[0].cell, c.buffer[0].val)
		c.buffer = c.buffer[1:]
		return
	}
	if s.kind == kill {
		s.id -= killID
		m.killed, m.threads[s.id].dead = true, true
	}
	th := m.threads[s.id]
	if th.interrupt && !th.begun {
		c.active = append(c.active, entry{th, c.masked})
		c.masked = 1
		c.taken++
		if th.line != nil {
			th.line.take()
		}
	}
	th.begun = true
	m.resume(th)
	if th.interrupt && th.done {
		top := len(c.active) - 1
		c.masked = c.active[top].saved
		c.active = c.active[:top]
		if th.line != nil {
			m.start(th) // for the next time that it is raised
		}
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
			if k := th.pending.kind; th.server && (k == await || k == halt) {
				continue
			}
			if !th.done && (th.line == nil || th.begun || th.line.pending()) {
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
	for i := range m.cores {
		if m.failure == "" && m.cores[i].masked != 0 {
			m.fail(fmt.Sprintf("processor %d is left with interrupts masked", i))
		}
	}
	if m.failure == "" {
		for _, check := range m.finals {
			m.guard("the final check", check)
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
		switch {
		case s.kind == kill:
			who = m.threads[s.id-killID].name
		case s.id >= 0:
			who = m.threads[s.id].name
		}
		what := ""
		if s.cell != 0 {
			what = fmt.Sprintf(" v%d", s.cell)
		}
		fmt.Fprintf(&b, "%4d  %s%-12s %s%s %s\n", i, strings.Repeat("  ", s.deep), who, kindNames[s.kind], what, s.note)
	}
	return b.String()
}

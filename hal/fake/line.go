//go:build !tamago

package fake

import "github.com/tamagotake/tamagotake/rt/irq"

// Line is one input of the machine's interrupt controller. It is masked until the driver
// unmasks it. A line that was registered as edge-triggered remembers one edge while it is
// masked; one that is level-triggered delivers whenever it is asserted and not masked.
type Line struct {
	Delivered int // interrupts

	n        uint32
	follow   func() bool
	asserted bool
	edge     bool // came, and was not delivered
	level    bool // as the driver has unmasked it
	masked   bool
	waits    bool // when the machine last came to rest, it interrupted and was masked
	expected bool // that it waits: see MayWait
}

// Line returns line n.
func (m *Machine) Line(n uint32) *Line {
	if m.lines[n] == nil {
		m.lines[n] = &Line{n: n, masked: true}
	}
	return m.lines[n]
}

// Masked reports whether the line is masked.
func (l *Line) Masked() bool { return l.masked }

// Set asserts the line, or lets it go. A change to asserted is an edge.
func (l *Line) Set(asserted bool) {
	l.edge = l.edge || asserted && !l.asserted
	l.asserted = asserted
	l.deliver()
}

// Pulse asserts the line and lets it go.
func (l *Line) Pulse() {
	l.Set(true)
	l.Set(false)
}

// Follow has the line be asserted while f says so: after each access to a register, and when
// the machine runs.
//
//	m.Line(36).Follow(func() bool { return status.Value&enable.Value != 0 })
func (l *Line) Follow(f func() bool) { l.follow = f }

// settle looks at what the lines follow.
func (m *Machine) settle() {
	for _, l := range m.lines {
		if l != nil && l.follow != nil {
			l.Set(l.follow())
		}
	}
}

// MayWait says that the driver is right to leave the line masked while the device interrupts, at
// the end of the test: it has no room for what the device has, or has given the device up.
func (l *Line) MayWait() { l.expected = true }

// watch notes which lines wait for a driver that has nothing more to do. It is called when the
// machine has come to rest: a task that was woken has been polled by then.
func (m *Machine) watch() {
	for _, l := range m.lines {
		if l != nil {
			l.waits = l.held()
		}
	}
}

// held reports whether the line interrupts, or would, and has been masked since it did before.
func (l *Line) held() bool {
	return l.masked && l.Delivered > 0 && (l.level && l.asserted || !l.level && l.edge)
}

// check fails the test for a line that its driver has masked for good: the device interrupts, the
// driver's task is alive and waits, and nothing will wake it. A driver that does not unmask is so
// found by a test that has the device interrupt once more.
func (l *Line) check(m *Machine) {
	m.t.Helper()
	if l.waits && l.held() && !l.expected && !irq.Waker(l.n).Done() {
		m.t.Errorf("fake: line %d interrupts and has stayed masked, while its task waits: the driver does not call irq.Unmask after it has served the device", l.n)
	}
}

func (l *Line) unmask(level bool) {
	l.masked, l.level = false, level
	l.deliver()
}

// deliver does what the entry of an interrupt does.
func (l *Line) deliver() {
	if l.masked || !l.edge && !(l.level && l.asserted) {
		return
	}
	l.edge = false
	if l.level && !l.asserted {
		return // a level that went is none
	}
	l.Delivered++
	w, _ := irq.Deliver(l.n)
	w.Wake()
}

//go:build explore

package explore

import "github.com/tamagotake/tamagotake/rt/internal/atom"

// Line is an interrupt that comes when it was raised, as often as it was. Raised again before
// it has begun, it comes once, as an edge that the controller remembers.
type Line struct {
	raised atom.Uint32
	when   func() bool
	taken  func()
}

// Line adds one to a processor.
func (m *Model) Line(core int, name string, body func()) *Line {
	l := new(Line)
	m.add(name, core, true, body).line = l
	return l
}

// Device adds an interrupt that is pending as long as when says so, of variables at which it
// only peeks. taken is what the device does in the step in which the interrupt begins: after
// it, when must be false.
func (m *Model) Device(core int, name string, when func() bool, taken, body func()) {
	l := &Line{when: when, taken: taken}
	m.add(name, core, true, body).line = l
}

// Raise is a step.
func (l *Line) Raise() { l.raised.Store(1) }

func (l *Line) pending() bool {
	if l.when != nil {
		return l.when()
	}
	return l.raised.Peek() != 0
}

func (l *Line) take() {
	if l.taken != nil {
		l.taken()
	}
	l.raised.Store(0) // no step: no thread is running
}

package irq

import (
	"fmt"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Shared lines. Pins of PCI devices are few, so several devices hold one level-triggered
// line, each until it has been served; nothing tells which of them does. So an interrupt
// wakes all tasks of the line, and the line is opened again when all have looked:
//
//	delivered        A served      B served
//	due = 2, masked  due = 1       due = 0, unmasked
//
// Each task of the line has a place, with a flag: it has not served the line since the line
// was delivered. due counts the flags. A task that calls Unmask although its flag is clear,
// because something else has woken it, changes nothing. One that was in the middle of a poll
// when the line was delivered clears its flag with the end of that poll, and may have looked
// at its device before: the line is asserted still then, interrupts again when it is opened,
// and wakes the task once more. A level cannot be lost. What a task can be is woken for
// nothing, once for each interrupt of another.
//
// To open the line with the first Unmask was rejected: a real-time task would be interrupted
// and polled again and again for the device of a thread task, which would get no turn.
//
// A task that is over clears no flag, so its line stays masked until it is unregistered, as
// a line does that is one task's. To go on without it was rejected: its device may hold the
// line for ever, and the machine would do nothing but interrupt.
//
// All words are changed with interrupts masked.

// SharersMost is how many tasks can share one line, and PlacesMost how many can share lines
// in all.
const (
	SharersMost = 8
	PlacesMost  = 32
)

// place is one task's part of a shared line. Place 0 is none.
type place struct {
	waker      raw.Waker
	name       string
	generation uint16 // of the place: which of the tasks that had it
	line       uint16 // used if the place is
	next       uint8  // of the same line, 0 for none
	used, due  bool
}

var places [PlacesMost + 1]place

// What Share returns: the line, the place, and its generation, so that what belonged to an
// earlier task of the place does nothing.
const (
	placeShift      = 8
	placeMask       = 0xff
	generationShift = 16
)

// Share connects the level-triggered line n to one more task, of [SharersMost], and gives it
// a name for the people who read [Snapshot]. What it returns is the line for [Unmask] and
// [Unregister] of this task: a number beyond [Lines]. The line is open if it was, and stays
// masked otherwise until Unmask.
//
// The error is [ErrTaken] if the line was registered for one task, [ErrNoLine] if there is
// no line n, and otherwise says what there is no room for. Thread level.
func Share(n uint32, name string, waker task.Waker) (id uint32, err error) {
	if n >= Lines {
		return 0, noLine(n)
	}
	saved := platform.MaskInterrupts()
	l := &lines[n]
	if l.single && !l.waker.Done() {
		platform.RestoreInterrupts(saved) // before anything is allocated
		return 0, taken(n)
	}
	k, full := uint8(0), l.sharers() == SharersMost
	for i := uint8(1); i <= PlacesMost && k == 0; i++ {
		if !places[i].used {
			k = i
		}
	}
	if k == 0 || full {
		platform.RestoreInterrupts(saved)
		return 0, fmt.Errorf("line %d: %d tasks can share a line, %d in all, and that many do", n, SharersMost, PlacesMost)
	}
	p := &places[k]
	*p = place{waker: raw.Waker(waker), name: name, generation: p.generation + 1, line: uint16(n), next: l.first, used: true}
	l.first = k
	l.level = true
	l.single, l.direct = false, false
	l.waker = raw.Waker{}
	platform.RestoreInterrupts(saved)
	return n | uint32(k)<<placeShift | uint32(p.generation)<<generationShift, nil
}

// find returns the place that an id of [Share] names, nil if it is another's by now.
//
//go:nosplit
func find(id uint32) *place {
	k := id >> placeShift & placeMask
	if k == 0 || k > PlacesMost {
		return nil
	}
	p := &places[k]
	if !p.used || uint32(p.line) != id%Lines || uint32(p.generation) != id>>generationShift {
		return nil
	}
	return p
}

// sharers returns how many places a line has. Interrupts masked.
func (l *state) sharers() (n int) {
	for k := l.first; k != 0; k = places[k].next {
		n++
	}
	return n
}

// wakeSharers wakes all tasks of a shared line, which was masked. Interrupt entry only.
//
//go:nosplit
func (l *state) wakeSharers() {
	l.due = 0
	k := l.first
	for range SharersMost {
		if k == 0 || k > PlacesMost {
			return
		}
		p := &places[k]
		p.due = true
		l.due++
		p.waker.WakeMasked()
		k = p.next
	}
}

// served notes that the task of an id has served its device, and opens the line if it is the
// last that had to.
//
//go:nosplit
func served(id uint32) {
	saved := platform.MaskInterrupts()
	if p := find(id); p != nil {
		n := id % Lines
		l := &lines[n]
		if p.due {
			p.due = false
			l.due--
		}
		if l.due == 0 {
			unmask(n, true)
		}
	}
	platform.RestoreInterrupts(saved)
}

// unshare takes a task off its line. The last one leaves the line masked; if the others wait
// for this one only, the line is opened.
func unshare(id uint32) {
	saved := platform.MaskInterrupts()
	if p := find(id); p != nil {
		n := id % Lines
		l := &lines[n]
		waited := p.due && l.due == 1
		if p.due {
			l.due--
		}
		k := uint8(id >> placeShift & placeMask)
		at := &l.first
		for *at != k {
			at = &places[*at].next
		}
		*at = p.next
		p.used, p.due, p.waker = false, false, raw.Waker{}
		switch {
		case l.first == 0:
			mask(n)
		case waited:
			unmask(n, true)
		}
	}
	platform.RestoreInterrupts(saved)
}

// forgetSharers frees all places of a line. Interrupts masked.
func (l *state) forgetSharers() {
	for k := l.first; k != 0; k = places[k].next {
		p := &places[k]
		p.used, p.due, p.waker = false, false, raw.Waker{}
	}
	l.first, l.due = 0, 0
}

// nameOf returns the names of a line's tasks. Thread level.
func nameOf(n uint32) string {
	l := &lines[n]
	if l.first == 0 {
		return l.name
	}
	text := ""
	for k := l.first; k != 0; k = places[k].next {
		if text != "" {
			text = "," + text
		}
		text = places[k].name + text // the first that came is the last of the list
	}
	return text
}

// Package line is the waker layer: an interrupt is a wake-up, and nothing else
// happens at interrupt level.
//
//	interrupt entry            a task
//	---------------            ------
//	                           Register(n, ..., waker)
//	                           Unmask(n)
//	Deliver(n)
//	  mask, if level-triggered
//	  acknowledge
//	  count
//	(the entry) wake --------> poll: serve the device
//	                           Unmask(n), if level-triggered
//	                           return Pending
//
// Deliver is the one function for every line of every machine. There is no
// handler to call back: what a device needs is done by its task, and the line of
// a level-triggered device stays masked until that task has been there.
//
// A line that nobody registered is counted, masked where it can be, and handed to
// the task that called [RegisterStray], once.
package line

import (
	"unsafe"

	"tamagotake/hal"
	"tamagotake/rt/task"
)

// Lines is how many lines there can be: 256 vectors on amd64, 1,020 interrupts
// in principle but fewer than 160 in fact on the i.MX6UL.
const Lines = 256

// Trigger says when a device asserts its line.
type Trigger uint8

const (
	// Edge: the line is a pulse, and the controller remembers it. Not masked on
	// delivery, since the device's next edge would be lost.
	Edge Trigger = iota
	// Level: the line stays asserted until the device has been served. Masked
	// on delivery, since it would interrupt again at once.
	Level
)

type state struct {
	waker      task.Waker
	count      uint64
	spurious   uint64
	name       string
	registered bool
	reported   bool
	level      bool
	realtime   bool // the waker's task is
	direct     bool // registered, edge-triggered and real-time
	_          [64 - 24 - unsafe.Sizeof(task.Waker{}) - unsafe.Sizeof("")]byte
}

var (
	lines   [Lines]state
	stray   task.Waker
	invalid uint64 // delivered numbers beyond the table
)

// IsDirect reports whether line n is for a real-time task and needs no more than to be
// acknowledged: the short way of [Deliver], small enough to become a part of the entry.
// Interrupt entry only; n is less than [Lines].
//
//go:nosplit
func IsDirect(n uint32) bool { return lines[n].direct }

// Waker returns the waker of line n. Interrupt entry only; n is less than [Lines].
//
//go:nosplit
func Waker(n uint32) task.Waker { return lines[n].waker }

// Count counts an interrupt on line n. Interrupt entry only; n is less than [Lines].
//
//go:nosplit
func Count(n uint32) { lines[n].count++ }

// Counted returns how many interrupts line n has had. Interrupts masked.
//
//go:nosplit
func Counted(n uint32) uint64 { return lines[n].count }

// Deliver serves an interrupt on line n and returns the waker to use, the zero Waker if
// there is none, and whether its task is a real-time one, which can be polled at once.
// Interrupt entry only, interrupts masked; it takes no lock and has no loop.
//
//go:nosplit
func Deliver(n uint32) (w task.Waker, realtime bool) {
	if n >= Lines {
		invalid++
		return w, false
	}
	l := &lines[n]
	if l.level || !l.registered {
		mask(n)
	}
	acknowledge(n)
	l.count++
	if !l.registered {
		l.spurious++
		return stray, false
	}
	return l.waker, l.realtime
}

// Invalid returns how many interrupts had a number that no line has. Thread level.
func Invalid() uint64 { return invalid }

// Register connects line n to the task behind waker and gives it a name for the
// people who read [Snapshot]. The line stays masked until [Unmask]. A line has one
// waker: registering again replaces it. It panics if n is not less than [Lines]. Thread
// level.
func Register(n uint32, name string, trigger Trigger, waker task.Waker) {
	known(n)
	saved := hal.MaskInterrupts()
	l := &lines[n]
	l.waker = waker
	l.name = name
	l.level = trigger == Level
	l.realtime = waker.Realtime()
	l.direct = l.realtime && !l.level
	l.registered = true
	hal.RestoreInterrupts(saved)
}

// known panics if there is no line n: before interrupts are masked, since what contains the
// panic need not know that they are.
func known(n uint32) {
	if n >= Lines {
		panic("line: there is no such line")
	}
}

// Unregister masks line n and forgets its waker. It panics if n is not less than [Lines].
// Thread level.
func Unregister(n uint32) {
	known(n)
	saved := hal.MaskInterrupts()
	mask(n)
	lines[n].registered, lines[n].direct = false, false
	lines[n].waker = task.Waker{}
	hal.RestoreInterrupts(saved)
}

// Unmask lets line n interrupt again. A task calls it when it has served its
// device; real-time and thread level.
//
//go:nosplit
func Unmask(n uint32) {
	unmask(n, lines[n].level)
}

// Name names a line that nobody need register, for [Snapshot]. Thread level.
func Name(n uint32, name string) {
	lines[n].name = name
}

// RegisterStray gives the waker of the task that reports unregistered lines; see
// [NextStray]. Thread level.
func RegisterStray(waker task.Waker) {
	saved := hal.MaskInterrupts()
	stray = waker
	hal.RestoreInterrupts(saved)
}

// NextStray returns a line that interrupted although nobody registered it, each
// once, and false when there is none. Thread level.
func NextStray() (n uint32, ok bool) {
	for n := range lines {
		l := &lines[n]
		if l.spurious != 0 && !l.reported {
			l.reported = true
			return uint32(n), true
		}
	}
	return 0, false
}

// Stat is what has happened on one line.
type Stat struct {
	Line     uint32
	Name     string
	Count    uint64 // interrupts delivered
	Spurious uint64 // of these, while nobody was registered
}

// Snapshot calls yield for each line that is registered or has interrupted, until
// it returns false. Thread level.
func Snapshot(yield func(Stat) bool) {
	for n := range lines {
		saved := hal.MaskInterrupts() // 64-bit counters are two words on arm
		l := lines[n]
		hal.RestoreInterrupts(saved)
		if !l.registered && l.count == 0 {
			continue
		}
		if !yield(Stat{uint32(n), l.name, l.count, l.spurious}) {
			return
		}
	}
}

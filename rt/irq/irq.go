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
// A level-triggered line can belong to several tasks, since devices can share a pin: see
// [Share].
//
// A line that is not registered is counted, masked where it can be, and handed to
// the task that called [RegisterStray], once.
package irq

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
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
	waker    raw.Waker
	count    uint64
	spurious uint64
	name     string
	single   bool // registered for one task, whose waker is above
	reported bool
	level    bool
	realtime bool // the waker's task is
	direct   bool // registered, edge-triggered and real-time

	// Of a shared line: its first place, and how many of its tasks have not served it since
	// it was delivered. See share.go.
	first, due uint8
	_          [64 - 24 - unsafe.Sizeof(raw.Waker{}) - unsafe.Sizeof("")]byte
}

var (
	lines   [Lines]state
	stray   raw.Waker
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
func Waker(n uint32) raw.Waker { return lines[n].waker }

// Count counts an interrupt on line n. Interrupt entry only; n is less than [Lines].
//
//go:nosplit
func Count(n uint32) { lines[n].count++ }

// Counted returns how many interrupts line n has had. Interrupts masked.
//
//go:nosplit
func Counted(n uint32) uint64 { return lines[n].count }

// Deliver serves an interrupt on line n and returns the waker to use, the zero Waker if
// there is none, and whether its task is a real-time one, which can be polled at once. The
// tasks of a shared line are woken by Deliver itself. Interrupt entry only, interrupts
// masked; it takes no lock, and has no loop but that over the tasks of a shared line, of
// which there are [SharersMost] at most.
//
//go:nosplit
func Deliver(n uint32) (w raw.Waker, realtime bool) {
	if n >= Lines {
		invalid++
		return w, false
	}
	l := &lines[n]
	if l.level || !l.single {
		mask(n)
	}
	acknowledge(n)
	l.count++
	if !l.single {
		return l.others(), false
	}
	return l.waker, l.realtime
}

// others is the rest of [Deliver] for a line that is not one task's: it wakes those that
// share it, or returns the waker of the task that reports unregistered lines.
//
//go:nosplit
func (l *state) others() raw.Waker {
	if l.first == 0 {
		l.spurious++
		return stray
	}
	l.wakeSharers()
	return raw.Waker{}
}

// Invalid returns how many interrupts had a number that no line has. Thread level.
func Invalid() uint64 { return invalid }

// What is wrong with a registration, for errors.Is. The texts of the errors name the line
// and its owner.
var (
	// ErrTaken: the line belongs to a task that is alive.
	ErrTaken = errors.New("a line has one task")
	// ErrNoLine: there is no line of that number.
	ErrNoLine = errors.New("there is no such line")
)

// Register connects line n to the task behind waker and gives it a name for the people who
// read [Snapshot]. The line stays masked until [Unmask]. A waker whose task is over, or the
// zero Waker, is replaced. The error is [ErrTaken] if the line is that of another task which
// is alive, or is shared, and [ErrNoLine] if there is no line n; nothing is changed then.
// Thread level.
//
// To replace a waker that is alive was rejected: its driver would wait for ever, and nothing
// would say why.
func Register(n uint32, name string, trigger Trigger, waker task.Waker) error {
	if n >= Lines {
		return noLine(n)
	}
	w := raw.Waker(waker)
	realtime := w.Realtime()
	saved := platform.MaskInterrupts()
	l := &lines[n]
	if l.first != 0 || l.single && l.waker != w && !l.waker.Done() {
		platform.RestoreInterrupts(saved) // before anything is allocated
		return taken(n)
	}
	l.waker = w
	l.name = name
	l.level = trigger == Level
	l.realtime = realtime
	l.direct = l.realtime && !l.level
	l.single = true
	platform.RestoreInterrupts(saved)
	return nil
}

func noLine(n uint32) error { return fmt.Errorf("line %d: %w: 0 to %d", n, ErrNoLine, Lines-1) }

func taken(n uint32) error { return fmt.Errorf("line %d is %s's: %w", n, nameOf(n), ErrTaken) }

// Unregister masks line n and forgets its waker, or wakers. Of a shared line, named by what
// [Share] has returned, one task is forgotten: its device must be quiet by then, since the
// line is opened again for the others. Thread level.
func Unregister(n uint32) {
	if n >= Lines {
		unshare(n)
		return
	}
	saved := platform.MaskInterrupts()
	l := &lines[n]
	mask(n)
	l.forgetSharers()
	l.single, l.direct = false, false
	l.waker = raw.Waker{}
	platform.RestoreInterrupts(saved)
}

// Unmask lets line n interrupt again. A task calls it when it has served its device. A
// shared line, named by what [Share] has returned, interrupts again when all of its tasks
// have called this. Real-time and thread level.
//
//go:nosplit
func Unmask(n uint32) {
	if n >= Lines {
		served(n)
		return
	}
	unmask(n, lines[n].level)
}

// Name names a line that need not be registered, for [Snapshot]. Thread level.
func Name(n uint32, name string) {
	lines[n].name = name
}

// RegisterStray gives the waker of the task that reports unregistered lines; see
// [NextStray]. Thread level.
func RegisterStray(waker task.Waker) {
	saved := platform.MaskInterrupts()
	stray = raw.Waker(waker)
	platform.RestoreInterrupts(saved)
}

// NextStray returns a line that interrupted although it is not registered, each
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
	Spurious uint64 // of these, while it was not registered
}

// Snapshot calls yield for each line from number n on that is registered or has interrupted,
// in order, until it returns false. Thread level.
func Snapshot(n uint32, yield func(Stat) bool) {
	for ; n < Lines; n++ {
		saved := platform.MaskInterrupts() // 64-bit counters are two words on arm
		l := lines[n]
		platform.RestoreInterrupts(saved)
		if !l.single && l.first == 0 && l.count == 0 {
			continue
		}
		if !yield(Stat{n, nameOf(n), l.count, l.spurious}) {
			return
		}
	}
}

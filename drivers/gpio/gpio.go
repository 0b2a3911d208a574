// Package gpio drives the general-purpose pins of NXP i.MX chips: output pins, and input
// pins as event sources that tasks wait on.
//
//	pins 0-15 --line--+                       +--> Listener, its own position: task A
//	                  +--> bank's task: count +
//	pins 16-31 -line--+    one pass, no loop  +--> Listener: task B
//
// A bank is 32 pins with two interrupt lines; one task serves both. It counts, for each pin
// whose status bit is set, one event, and wakes who waits. A [Listener] remembers up to which
// event it has been told, so an edge between two waits is not lost, two tasks that wait on one
// pin both get all events, and one that is cancelled takes none away from the other. A counter
// that waiters share was rejected for that reason: a waiter that is cancelled between being granted an
// event and its next poll would lose it for all.
//
// Edges that are closer together than the bank's task is late are one event: the device has
// one status bit a pin.
//
// A storm, say of a pin that floats, must not keep the processor. Each pin has a credit of
// interrupts; when it is used up the pin is closed and the [Bank.Refill] task, at thread
// level, is woken, which gives it back. So whatever a pin does, thread level has a turn after
// creditMax of its interrupts, and the other pins have credits of their own. A limit per time
// was rejected: at thread level's turn there is proof that it got one, a clock has none.
// Meanwhile the device remembers one edge, so the last state of the pin is always told.
//
// Source: i.MX 6ULL Applications Processor Reference Manual, rev. 1 (IMX6ULLRM), chapter 28.
package gpio

import (
	"math/bits"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

// Registers, as offsets from the bank's base (IMX6ULLRM 28.5).
const (
	dr      = 0x00 // data, of output pins
	gdir    = 0x04 // direction: 1 is output
	psr     = 0x08 // the pads as they are
	icr1    = 0x0c // trigger, two bits a pin, of pins 0-15; ICR2 follows
	imr     = 0x14 // interrupt mask: 1 is unmasked
	isr     = 0x18 // interrupt status: write one to clear; set whether masked or not
	edgeSel = 0x1c // 1: any edge, whatever ICR says
)

const (
	// Pins is how many pins a bank has.
	Pins = 32

	// creditMax is how often a pin may interrupt until thread level has had a turn.
	creditMax = 64
)

// Trigger says what an event of a pin is.
type Trigger uint8

const (
	Off     Trigger = iota
	Rising          // each change from low to high
	Falling         // each change from high to low
	Both            // each change
	Low             // that the pin is low, when a task waits
	High            // that the pin is high, when a task waits
)

func (t Trigger) String() string {
	return [...]string{"off", "rising", "falling", "both", "low", "high"}[t]
}

func (t Trigger) level() bool { return t >= Low }

// source is a pin as an event source. Listeners read and write it with interrupts masked,
// since the bank's task is a real-time one.
type source struct {
	events  uint32 // since the pin was first listened to
	life    uint32 // counts Release
	credit  uint32
	storms  uint32
	trigger Trigger
	waiters tasksync.WaitQueue
}

// Bank is one GPIO block. It is a package variable, or never moves and never goes away.
type Bank struct {
	base   uintptr
	lines  [2]uint32
	number int

	refill  task.Waker
	spent   uint32 // pins that are closed until Refill
	empty   uint32 // interrupts in a row without a pin's status, until Refill
	sources [Pins]source
}

// Init says where the bank is: its number as the manual counts, from 1, the address of its
// first register, and the lines of pins 0 to 15 and of 16 to 31, which are level-triggered.
// No pin interrupts until it has a listener. Thread level, before anything else.
func (b *Bank) Init(number int, base uintptr, lines [2]uint32) {
	b.number, b.base, b.lines = number, base, lines
	mmio.Write32(base+imr, 0)
}

// Number returns which bank this is, 0 before [Bank.Init].
func (b *Bank) Number() int { return b.number }

// Start connects the bank's lines to its task, and its task to that of [Bank.Refill].
// Thread level. The error is that of [irq.Register].
func (b *Bank) Start(poll, refill task.Waker) error {
	b.refill = refill
	for i, n := range b.lines {
		if err := irq.Register(n, lineNames[i][b.number%len(lineNames[i])], irq.Level, poll); err != nil {
			return err
		}
		irq.Unmask(n)
	}
	return nil
}

var lineNames = [2][6]string{
	{"gpio", "gpio1-low", "gpio2-low", "gpio3-low", "gpio4-low", "gpio5-low"},
	{"gpio", "gpio1-high", "gpio2-high", "gpio3-high", "gpio4-high", "gpio5-high"},
}

// Poll is the driver: one pass over the pins whose status is set, then the lines are opened
// again; what comes meanwhile is the next interrupt's. It never completes. If it is cancelled
// the pins' status stays in the device, and the lines stay masked. Real-time.
//
//tamagotake:realtime
func (b *Bank) Poll(*task.Context) task.Poll {
	open := mmio.Read32(b.base + imr)
	pending := mmio.Read32(b.base+isr) & open
	// Before the count: an edge from here on sets the bit again and is another event.
	mmio.Write32(b.base+isr, pending)
	closing := uint32(0)
	for left := pending; left != 0; left &= left - 1 {
		n := bits.TrailingZeros32(left)
		if b.serve(&b.sources[n], 1<<n) {
			closing |= 1 << n
		}
	}
	if closing != 0 {
		mmio.Write32(b.base+imr, open&^closing)
	}
	if pending != 0 {
		b.empty = 0
	} else if b.empty++; b.empty >= creditMax {
		b.refill.Wake() // a line that is stuck: masked until thread level has had a turn
		return task.Pending
	}
	irq.Unmask(b.lines[0])
	irq.Unmask(b.lines[1])
	return task.Pending
}

// serve counts one event and wakes who waits, and reports whether the pin is to be closed.
func (b *Bank) serve(s *source, bit uint32) (closing bool) {
	s.events++
	s.waiters.WakeAll()
	if s.trigger.level() {
		return true // until a task waits again: Listener.Poll
	}
	if s.credit--; s.credit > 0 {
		return false
	}
	s.storms++
	b.spent |= bit
	b.refill.Wake()
	return true
}

// Refill gives the pins that are closed their credit back and opens them, and the lines. It never
// completes. The task must be one of thread level: that it is polled is what says that
// thread level had its turn.
func (b *Bank) Refill(*task.Context) task.Poll {
	saved := platform.MaskInterrupts()
	for left := b.spent; left != 0; left &= left - 1 {
		b.sources[bits.TrailingZeros32(left)].credit = creditMax
	}
	mmio.Set(b.base+imr, b.spent)
	stuck := b.empty >= creditMax
	b.spent, b.empty = 0, 0
	platform.RestoreInterrupts(saved)
	if stuck {
		irq.Unmask(b.lines[0])
		irq.Unmask(b.lines[1])
	}
	return task.Pending
}

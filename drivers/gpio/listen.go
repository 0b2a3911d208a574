package gpio

import (
	"errors"
	"fmt"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

var (
	// ErrListened: the pin has a listener for another trigger; see [Pin.Release].
	ErrListened = errors.New("in use: it has a listener")
	// ErrReleased: the pin was released, and the Listener is void.
	ErrReleased = errors.New("the pin was released")
)

// Listener is one reader of a pin's events. It belongs to one task at a time, and need not
// be closed: while no task waits it holds nothing of the pin. It must not be copied or moved
// while one does.
type Listener struct {
	pin  Pin
	life uint32
	seen uint32
	wait tasksync.Wait
}

// Listen makes the pin an input, and events of t, from now on. Others may listen to the
// same pin, for the same trigger; for another the error is [ErrListened]. Thread level,
// after [Bank.Start].
func (p Pin) Listen(t Trigger) (Listener, error) {
	saved := platform.MaskInterrupts()
	defer platform.RestoreInterrupts(saved)
	s := p.source()
	if s.trigger == Off {
		p.open(t)
	} else if s.trigger != t {
		return Listener{}, fmt.Errorf("%v for %v: %w for %v", p, t, ErrListened, s.trigger)
	}
	return Listener{pin: p, life: s.life, seen: s.events}, nil
}

// open sets the trigger of a pin that has no listener. Interrupts masked.
func (p Pin) open(t Trigger) {
	// ICR (IMX6ULLRM 28.5.4): 0 low, 1 high, 2 rising, 3 falling.
	code := [...]uint32{Rising: 2, Falling: 3, Low: 0, High: 1}
	base := p.bank.base
	mmio.Clear(base+gdir, p.bit())
	if t == Both {
		mmio.Set(base+edgeSel, p.bit())
	} else {
		mmio.Clear(base+edgeSel, p.bit())
		reg, shift := base+icr1+uintptr(p.n/16)*4, p.n%16*2
		mmio.Write32(reg, mmio.Read32(reg)&^(3<<shift)|code[t]<<shift)
	}
	mmio.Write32(base+isr, p.bit()) // what the pin did before does not count
	s := p.source()
	s.trigger, s.credit = t, creditMax
	if !t.level() {
		mmio.Set(base+imr, p.bit())
	}
}

// Poll is Ready when [Listener.Take] has events to say, or an error. Until then the task is woken
// at the next event. A task that is cancelled while it waits takes nothing from others.
// From a poll; real-time and thread level.
func (l *Listener) Poll(cx *task.Context) (p task.Poll) {
	saved := platform.MaskInterrupts()
	s := l.pin.source()
	for p = task.Ready; s.life == l.life && s.events == l.seen; {
		// A wake-up of an event that was taken already is Ready, once.
		if s.waiters.Wait(cx, &l.wait) == tasksync.Pending {
			l.pin.arm()
			p = task.Pending
			break
		}
	}
	platform.RestoreInterrupts(saved)
	return p
}

// Take returns how many events there were since the last call, or since Listen. It does not wait.
//
// A level is not counted while no task waits: of [Low] and [High], n says that the pin had
// the level after a task began to wait.
//
// The error is [ErrReleased], as it is: a text with the pin's name would be an allocation.
// Real-time and thread level.
func (l *Listener) Take() (n uint32, err error) {
	saved := platform.MaskInterrupts()
	n, err = l.take()
	platform.RestoreInterrupts(saved)
	return n, err
}

func (l *Listener) take() (n uint32, err error) {
	s := l.pin.source()
	if s.life != l.life {
		return 0, ErrReleased
	}
	n = s.events - l.seen
	l.seen = s.events
	return n, nil
}

// arm opens a pin that is level-sensitive, and was closed when it had its level. The status
// remembers a level that has gone; one that is there sets it again.
func (p Pin) arm() {
	base := p.bank.base
	if p.source().trigger.level() && mmio.Read32(base+imr)&p.bit() == 0 {
		mmio.Write32(base+isr, p.bit())
		mmio.Set(base+imr, p.bit())
	}
}

// Release ends all listening: the pin no longer interrupts, and each task that waits is
// woken and gets [ErrReleased]. Thread level.
func (p Pin) Release() {
	saved := platform.MaskInterrupts()
	defer platform.RestoreInterrupts(saved)
	mmio.Clear(p.bank.base+imr, p.bit())
	p.bank.spent &^= p.bit()
	s := p.source()
	s.trigger = Off
	s.life++
	s.waiters.WakeAll()
}

// Stat is what has happened on one pin.
type Stat struct {
	Trigger Trigger
	Events  uint32 // since the first Listen
	Storms  uint32 // how often it was closed until thread level had a turn
}

// Stat returns what has happened on the pin. Thread level.
func (p Pin) Stat() Stat {
	saved := platform.MaskInterrupts()
	defer platform.RestoreInterrupts(saved)
	s := p.source()
	return Stat{s.trigger, s.events, s.storms}
}

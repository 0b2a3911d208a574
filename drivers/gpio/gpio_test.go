//go:build !tamago

package gpio

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const base = 0x20a8000

// device is a GPIO block: pads that the test moves, status bits that remember, and two
// lines that the waker layer masks on delivery.
type device struct {
	dr, gdir, pads    uint32
	icr               [2]uint32
	imr, isr, edgeSel uint32
	masked            [2]bool
	afterClear        func() // called when status was cleared, once
}

func (d *device) Read(addr uintptr, _ int) uint64 {
	switch addr - base {
	case dr:
		return uint64(d.dr)
	case gdir:
		return uint64(d.gdir)
	case psr:
		return uint64(d.pads&^d.gdir | d.dr&d.gdir)
	case icr1, icr1 + 4:
		return uint64(d.icr[(addr-base-icr1)/4])
	case imr:
		return uint64(d.imr)
	case isr:
		return uint64(d.isr)
	case edgeSel:
		return uint64(d.edgeSel)
	}
	panic("no such register")
}

func (d *device) Write(addr uintptr, _ int, val uint64) {
	v := uint32(val)
	switch addr - base {
	case dr:
		d.dr = v
	case gdir:
		d.gdir = v
	case icr1, icr1 + 4:
		d.icr[(addr-base-icr1)/4] = v
	case imr:
		d.imr = v
	case isr:
		d.isr &^= v
		if f := d.afterClear; f != nil {
			d.afterClear = nil
			f()
		}
	case edgeSel:
		d.edgeSel = v
	default:
		panic("no such register")
	}
	d.levels()
}

// levels sets the status of pins that are level-sensitive and have their level.
func (d *device) levels() {
	for n := range Pins {
		code := d.icr[n/16] >> (n % 16 * 2) & 3
		if bit := uint32(1) << n; d.edgeSel&bit == 0 && code < 2 && (d.pads>>n&1) == code {
			d.isr |= bit
		}
	}
}

// pad moves a pad, and the edge detector with it.
func (d *device) pad(n int, high bool) {
	bit := uint32(1) << n
	if was := d.pads&bit != 0; was != high {
		d.pads ^= bit
		code := d.icr[n/16] >> (n % 16 * 2) & 3
		if d.edgeSel&bit != 0 || code == 2 && high || code == 3 && !high {
			d.isr |= bit
		}
	}
	d.levels()
}

func (d *device) pulse(n int) { d.pad(n, true); d.pad(n, false) }

type bench struct {
	*testing.T
	device       device
	bank         Bank
	exec, thread sched.Executor // the bank's task is on a level of its own
	poll, refill task.Task[task.None]
	waker        task.Waker
}

func newBench(t *testing.T) *bench {
	b := &bench{T: t}
	mmio.Fake = &b.device
	b.bank.Init(4, base, [2]uint32{104, 105})
	irq.Controller.Unmask = func(n uint32, _ bool) { b.device.masked[n-104] = false }
	spawn := func(on *sched.Executor, t *task.Task[task.None], poll func(*Bank, *task.Context) task.Poll) task.Waker {
		j, err := sched.SpawnMethod(on, t, nil, &b.bank, poll)
		if err != nil {
			b.Fatal(err)
		}
		return j.Waker()
	}
	b.waker = spawn(&b.exec, &b.poll, (*Bank).Poll)
	refill := spawn(&b.thread, &b.refill, (*Bank).Refill)
	b.exec.Tick()
	b.thread.Tick()
	b.bank.Start(b.waker, refill)
	return b
}

// interrupt delivers what is asserted, and says whether anything was.
func (b *bench) interrupt() bool {
	woken := false
	for i, pins := range []uint32{0xffff, 0xffff0000} {
		if b.device.isr&b.device.imr&pins != 0 && !b.device.masked[i] {
			b.device.masked[i] = true
			b.waker.Wake()
			woken = true
		}
	}
	b.exec.Tick()
	return woken
}

func (b *bench) pin(n int) Pin {
	p, err := b.bank.Pin(n)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func (b *bench) listen(n int, tr Trigger) *Listener {
	l, err := b.pin(n).Listen(tr)
	if err != nil {
		b.Fatal(err)
	}
	return &l
}

func (b *bench) want(l *Listener, n uint32) {
	b.Helper()
	if got, err := l.Take(); got != n || err != nil {
		b.Errorf("%v: %d events (%v), want %d", l.pin, got, err, n)
	}
}

// waiter is a task that counts what it is told.
type waiter struct {
	task   task.Task[task.None]
	join   task.JoinHandle[task.None]
	told   uint32
	failed error
}

func (b *bench) wait(l *Listener) *waiter {
	w := new(waiter)
	var err error
	w.join, err = sched.Spawn(&b.thread, &w.task, nil, func(_ *task.None, cx *task.Context) task.Poll {
		for l.Poll(cx) == task.Ready {
			n, err := l.Take()
			w.told += n
			if err != nil {
				w.failed = err
				return task.Ready
			}
		}
		return task.Pending
	})
	if err != nil {
		b.Fatal(err)
	}
	b.thread.Tick()
	return w
}

func TestEdges(t *testing.T) {
	for _, x := range []struct {
		trigger Trigger
		want    uint32
	}{{Rising, 1}, {Falling, 1}, {Both, 2}} {
		for _, n := range []int{0, 15, 16, 31} {
			b := newBench(t)
			b.device.gdir = ^uint32(0)
			l := b.listen(n, x.trigger)
			b.want(l, 0)
			b.device.pad(n, true)
			b.interrupt()
			b.device.pad(n, false)
			b.interrupt()
			b.want(l, x.want)
			b.want(l, 0)
			if b.device.masked != [2]bool{} {
				t.Error("a line was left masked")
			}
			if b.device.gdir != ^uint32(1<<n) {
				t.Errorf("%v: direction %#x", x.trigger, b.device.gdir)
			}
		}
	}
}

// What a pin did before somebody listens is nobody's event.
func TestOldStatus(t *testing.T) {
	b := newBench(t)
	b.device.isr = ^uint32(0)
	l := b.listen(3, Rising)
	if b.interrupt() {
		t.Error("interrupted")
	}
	b.want(l, 0)
}

// An edge while the poll is under way, after the pin was counted, is another event.
func TestEdgeDuringPoll(t *testing.T) {
	b := newBench(t)
	l := b.listen(21, Rising)
	unmask, once := irq.Controller.Unmask, true
	irq.Controller.Unmask = func(n uint32, level bool) {
		if once {
			once = false
			b.device.pulse(21)
		}
		unmask(n, level)
	}
	b.device.pulse(21)
	for b.interrupt() {
	}
	b.want(l, 2)
}

// Two listeners on one pin both get everything; the one that is cancelled while it waits,
// or between its wake and its poll, takes nothing away.
func TestWaiters(t *testing.T) {
	b := newBench(t)
	la, lb := b.listen(7, Rising), b.listen(7, Rising)
	wa, wb := b.wait(la), b.wait(lb)
	for range 3 {
		b.device.pulse(7)
		b.interrupt()
		b.thread.Tick()
	}
	b.device.pulse(7)
	b.interrupt() // both are woken,
	wa.join.Cancel()
	b.thread.Tick() // one ends instead
	b.device.pulse(7)
	b.interrupt()
	b.thread.Tick()
	if wa.told != 3 || wb.told != 5 {
		t.Errorf("told %d and %d of 3 and 5", wa.told, wb.told)
	}
	b.want(la, 2) // what the task that was cancelled has not been told is there for another
}

// As many as like can wait, and one that ends leaves no place behind.
func TestManyWaiters(t *testing.T) {
	b := newBench(t)
	var ws []*waiter
	for range 20 {
		ws = append(ws, b.wait(b.listen(1, Rising)))
	}
	ws[7].join.Cancel()
	b.thread.Tick()
	b.device.pulse(1)
	b.interrupt()
	b.thread.Tick()
	for i, w := range ws {
		if want := uint32(1); (w.told == want) == (i == 7) {
			t.Errorf("waiter %d was told %d", i, w.told)
		}
	}
}

// A pin that is level-sensitive interrupts once for each wait, however long the level lasts,
// and a level that came and went between two waits is none.
func TestLevel(t *testing.T) {
	for _, tr := range []Trigger{High, Low} {
		b := newBench(t)
		active := tr == High
		b.device.pad(9, !active)
		l := b.listen(9, tr)
		b.device.pad(9, active)
		if b.interrupt() {
			t.Fatal("interrupted before anybody waits")
		}
		b.device.pad(9, !active)
		w := b.wait(l)
		if b.interrupt() || w.told != 0 {
			t.Fatal("told a level of before it waited")
		}
		b.device.pad(9, active)
		for range 5 {
			b.interrupt()
		}
		if n := b.pin(9).Stat().Events; n != 1 {
			t.Errorf("%v: %d events for one wait", tr, n)
		}
		b.device.pad(9, !active)
		b.thread.Tick() // it is told, and waits again
		if b.interrupt() || w.told != 1 {
			t.Errorf("%v: told %d times, once was right", tr, w.told)
		}
	}
}

// A storm closes its pin until thread level had a turn; another pin of the same line is
// served all the while, and the storm's last edge is not lost.
func TestStorm(t *testing.T) {
	b := newBench(t)
	storm, other := b.listen(4, Rising), b.listen(5, Rising)
	count := 0
	for range 10 * creditMax {
		b.device.pulse(4)
		if b.interrupt() {
			count++
		}
	}
	if count != creditMax {
		t.Fatalf("%d interrupts without a turn of thread level, want %d", count, creditMax)
	}
	b.device.pulse(5)
	b.interrupt()
	b.want(other, 1)
	b.want(storm, creditMax)
	if s := b.pin(4).Stat(); s.Storms != 1 {
		t.Errorf("%d storms", s.Storms)
	}
	b.thread.Tick()
	if !b.interrupt() {
		t.Error("still closed after a turn of thread level")
	}
	b.want(storm, 1) // the edge that the device has remembered
	for range creditMax {
		b.device.pulse(5)
		b.interrupt()
		b.thread.Tick()
	}
	b.want(other, creditMax)
}

// A line that interrupts without a pin is left masked until thread level had a turn.
func TestStuckLine(t *testing.T) {
	b := newBench(t)
	l := b.listen(17, Rising)
	count := 0
	stuck := func() {
		for range 10 * creditMax {
			if !b.device.masked[1] {
				count++
				b.device.masked[1] = true
				b.waker.Wake()
			}
			b.exec.Tick()
		}
	}
	if stuck(); count != creditMax {
		t.Fatalf("%d interrupts without a turn of thread level, want %d", count, creditMax)
	}
	b.device.pulse(17)
	b.thread.Tick()
	b.interrupt()
	b.want(l, 1)
	if stuck(); count != 2*creditMax {
		t.Errorf("%d interrupts in two turns", count)
	}
}

// All pins at once are one poll, of each pin once.
func TestBoundedPoll(t *testing.T) {
	b := newBench(t)
	for n := range Pins {
		b.listen(n, Both)
	}
	before := b.exec.Tick().Polled
	for n := range Pins {
		b.device.pulse(n)
	}
	b.device.afterClear = func() {
		for n := range Pins {
			b.device.pulse(n)
		}
	}
	b.device.masked = [2]bool{true, true}
	b.waker.Wake()
	if polled := b.exec.Tick().Polled - before; polled != 1 {
		t.Errorf("%d polls", polled)
	}
	for n := range Pins {
		if e := b.pin(n).Stat().Events; e != 1 {
			t.Errorf("pin %d counted %d events in one poll", n, e)
		}
	}
}

func TestRelease(t *testing.T) {
	b := newBench(t)
	l := b.listen(30, Rising)
	w := b.wait(l)
	if _, err := b.pin(30).Listen(Falling); !errors.Is(err, ErrListened) {
		t.Errorf("another trigger: %v", err)
	}
	if err := b.pin(30).Output(true); !errors.Is(err, ErrListened) || b.device.gdir != 0 {
		t.Errorf("output while listened to: %v", err)
	}
	b.pin(30).Release()
	b.thread.Tick()
	if w.failed != ErrReleased {
		t.Errorf("the waiter was told %v", w.failed)
	}
	b.device.pulse(30)
	if b.interrupt() {
		t.Error("interrupted after the release")
	}
	l = b.listen(30, Falling)
	b.device.pulse(30)
	b.interrupt()
	b.want(l, 1)
}

// A pin that was released while it was closed stays closed when credit is given back.
func TestReleaseInStorm(t *testing.T) {
	b := newBench(t)
	b.listen(2, Rising)
	for range creditMax {
		b.device.pulse(2)
		b.interrupt()
	}
	b.pin(2).Release()
	b.thread.Tick()
	if b.device.imr != 0 {
		t.Errorf("interrupt mask %#x", b.device.imr)
	}
}

func TestOutput(t *testing.T) {
	b := newBench(t)
	b.device.dr, b.device.gdir = 0xf0, 0xf0
	p := b.pin(21)
	if err := p.Output(true); err != nil {
		t.Fatal(err)
	}
	if b.device.dr != 0xf0|1<<21 || b.device.gdir != 0xf0|1<<21 {
		t.Errorf("data %#x, direction %#x", b.device.dr, b.device.gdir)
	}
	p.Set(false)
	if out, high := p.IsOutput(); !out || high || p.High() {
		t.Errorf("output %v, high %v", out, high)
	}
	p.Input()
	b.device.pad(21, true)
	if !p.High() || b.device.dr != 0xf0 || b.device.gdir != 0xf0 {
		t.Errorf("data %#x, direction %#x", b.device.dr, b.device.gdir)
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string][2]int{"4.21": {4, 21}, "gpio1.0": {1, 0}, "GPIO5_IO31": {5, 31}} {
		if bank, pin, err := Parse(text); err != nil || [2]int{bank, pin} != want {
			t.Errorf("%q: %d.%d, %v", text, bank, pin, err)
		}
	}
	for _, text := range []string{"", "4", "4.", ".4", "0.1", "6.1", "4.32", "4.-1", "4.1.1", "gpio", "4,21", "4.4294967297"} {
		if _, _, err := Parse(text); !errors.Is(err, ErrPin) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := new(Bank).Pin(32); !errors.Is(err, ErrPin) {
		t.Error(err)
	}
}

// Any order of edges, interrupts, turns and polls against a model: a listener is told each
// edge that was an event of its own, and of those that the device could not tell apart one.
func TestAgainstModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBench(t)
		const pins = 3
		var ls [pins]*Listener
		var want [pins]uint32
		for n := range ls {
			ls[n] = b.listen(n*13, Rising)
		}
		latched := func(n int) bool { return b.device.isr&(1<<(n*13)) != 0 }
		r.Repeat(map[string]func(*rapid.T){
			"edge": func(r *rapid.T) {
				n := rapid.IntRange(0, pins-1).Draw(r, "pin")
				if !latched(n) {
					want[n]++
				}
				b.device.pulse(n * 13)
			},
			"interrupt": func(*rapid.T) { b.interrupt() },
			"turn":      func(*rapid.T) { b.thread.Tick() },
			"poll": func(r *rapid.T) {
				n := rapid.IntRange(0, pins-1).Draw(r, "pin")
				got, err := ls[n].Take()
				if got > want[n] || err != nil {
					r.Fatalf("told %d of %d, %v", got, want[n], err)
				}
				want[n] -= got
			},
		})
		for range 3 { // whatever was latched or closed comes through
			b.thread.Tick()
			b.interrupt()
		}
		for n := range ls {
			if got, _ := ls[n].Take(); got != want[n] {
				r.Errorf("pin %d: told %d, want %d", n, got, want[n])
			}
		}
	})
}

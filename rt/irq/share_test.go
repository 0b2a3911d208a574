//go:build !tamago

package irq

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// holder is a device that holds a shared line until its task has been there, and that task.
type holder struct {
	sleeper
	id       uint32
	asserted bool
	served   int
	deaf     bool // woken, it does not serve, but opens the line: it looked too soon
}

// pin is a level-triggered line with several devices, and the controller that it ends at.
type pin struct {
	n         uint32
	masked    bool
	delivered int
	devices   []*holder
}

func newPin(n uint32) *pin {
	p := &pin{n: n, masked: true}
	Controller.Mask = func(m uint32) {
		if m == n {
			p.masked = true
		}
	}
	Controller.Unmask = func(m uint32, level bool) {
		if m == n && level {
			p.masked = false
		}
	}
	return p
}

func (p *pin) add(t testing.TB, name string) *holder {
	t.Helper()
	h := new(holder)
	j, err := sched.Spawn(&h.exec, &h.task, nil, func(*task.None, *task.Context) task.Poll {
		h.polls++
		if h.asserted && !h.deaf {
			h.asserted = false
			h.served++
		}
		h.deaf = false
		Unmask(h.id)
		return task.Pending
	})
	if err != nil {
		t.Fatal(err)
	}
	h.w = j.Waker()
	if h.id, err = Share(p.n, name, h.w); err != nil {
		t.Fatal(err)
	}
	h.exec.Tick()
	h.polls = 0
	p.devices = append(p.devices, h)
	return h
}

// interrupt delivers the line if it interrupts, and reports whether it did.
func (p *pin) interrupt() bool {
	asserted := slices.ContainsFunc(p.devices, func(h *holder) bool { return h.asserted })
	if p.masked || !asserted {
		return false
	}
	p.delivered++
	deliver(p.n)
	return true
}

// restore undoes what newPin did.
func restore() {
	Controller.Mask = func(uint32) { log = append(log, "mask") }
	Controller.Unmask = func(_ uint32, level bool) { log = append(log, "unmask level") }
}

// Each interrupt wakes every task of the line, and the line is open again when the last of
// them has served, not before.
func TestShare(t *testing.T) {
	defer restore()
	p := newPin(80)
	defer Unregister(p.n)
	a, b := p.add(t, "a"), p.add(t, "b")
	if p.masked {
		t.Fatal("masked after both have called Unmask")
	}
	if got := stat(p.n).Name; got != "a,b" {
		t.Errorf("its name is %q", got)
	}
	b.asserted = true
	if !p.interrupt() || !p.masked {
		t.Fatal("not delivered, or not masked")
	}
	for range 3 { // whatever else wakes it
		a.w.Wake()
		a.exec.Tick()
	}
	if !p.masked || a.served != 0 {
		t.Error("open before the device that holds the line was served: it would interrupt for ever")
	}
	if b.exec.Tick(); p.masked || b.served != 1 {
		t.Errorf("masked %v, served %d, after both tasks", p.masked, b.served)
	}
	if p.interrupt() {
		t.Error("an interrupt without a device that asks for one")
	}
	// One that looked before its device asked, in a poll that was struck.
	a.asserted, a.deaf = true, true
	p.interrupt()
	a.exec.Tick()
	b.exec.Tick()
	if !p.interrupt() {
		t.Fatal("the interrupt is lost")
	}
	a.exec.Tick()
	b.exec.Tick()
	if a.served != 1 || p.masked {
		t.Errorf("served %d, masked %v", a.served, p.masked)
	}
}

// A task that leaves does not keep the line from the others; one that is over does until it
// is unregistered; and an id of before means nothing.
func TestShareEnds(t *testing.T) {
	defer restore()
	p := newPin(81)
	defer Unregister(p.n)
	a, b, c := p.add(t, "a"), p.add(t, "b"), p.add(t, "c")
	b.asserted = true
	p.interrupt()
	a.w.Cancel()
	a.exec.Tick()
	b.exec.Tick()
	c.exec.Tick()
	if !p.masked {
		t.Error("open although a task of it is over")
	}
	Unregister(a.id)
	if p.masked {
		t.Error("masked although all that are left have served")
	}
	old := a.id
	d := p.add(t, "d") // in a's place
	d.asserted = true
	p.interrupt()
	b.exec.Tick()
	c.exec.Tick()
	Unmask(old)
	Unregister(old)
	if !p.masked || stat(p.n).Name != "b,c,d" {
		t.Errorf("an id of an earlier task opened the line, or took another's place: %v, %s", p.masked, stat(p.n).Name)
	}
	d.exec.Tick()
	if p.masked {
		t.Error("masked")
	}
	for _, h := range []*holder{b, c, d} {
		Unregister(h.id)
	}
	if !p.masked {
		t.Error("a line without tasks is open")
	}
}

// There is room for so many, and who does not fit is told.
func TestShareFull(t *testing.T) {
	defer restore()
	p := newPin(82)
	defer Unregister(p.n)
	for range SharersMost {
		p.add(t, "x")
	}
	if _, err := Share(p.n, "one more", p.devices[0].w); err == nil {
		t.Error("a ninth")
	}
	for n := uint32(83); n < 86; n++ {
		defer Unregister(n)
		for range SharersMost {
			if _, err := Share(n, "x", p.devices[0].w); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := Share(86, "one more", p.devices[0].w); err == nil {
		t.Error("more than there are places")
	}
}

// Whatever the order of devices, interrupts, polls and wakes for other reasons: no interrupt
// is lost, the line is never open while a task has still to look, and there are at most as
// many interrupts as times that a device asked, and one for each poll that looked too soon.
func TestShareAgainstModel(t *testing.T) {
	defer restore()
	rapid.Check(t, func(rt *rapid.T) {
		p := newPin(90)
		defer Unregister(p.n)
		for i := range rapid.IntRange(1, 4).Draw(rt, "tasks") {
			p.add(t, string('a'+rune(i)))
		}
		asked, tooSoon := 0, 0
		one := func(rt *rapid.T) *holder { return rapid.SampledFrom(p.devices).Draw(rt, "device") }
		rt.Repeat(map[string]func(*rapid.T){
			"asks": func(rt *rapid.T) {
				if h := one(rt); !h.asserted {
					h.asserted = true
					asked++
				}
				p.interrupt()
			},
			"is woken": func(rt *rapid.T) { one(rt).w.Wake() },
			"is polled": func(rt *rapid.T) {
				h := one(rt)
				if h.deaf = h.asserted && rapid.Bool().Draw(rt, "too soon"); h.deaf {
					tooSoon++
				}
				h.exec.Tick()
				h.deaf = false
				p.interrupt()
			},
			"": func(rt *rapid.T) {
				due := 0
				for _, h := range p.devices {
					if find(h.id).due {
						due++
					}
				}
				if int(lines[p.n].due) != due || p.masked != (due > 0) {
					rt.Fatalf("due %d, counted %d, masked %v", due, lines[p.n].due, p.masked)
				}
			},
		})
		for range 3 {
			for _, h := range p.devices {
				h.exec.Tick()
			}
			p.interrupt()
		}
		for _, h := range p.devices {
			h.exec.Tick()
		}
		served := 0
		for _, h := range p.devices {
			served += h.served
			if h.asserted {
				rt.Fatal("an interrupt is lost")
			}
		}
		if served != asked || p.delivered > asked+tooSoon {
			rt.Fatalf("%d asked, %d served, %d too soon, %d interrupts", asked, served, tooSoon, p.delivered)
		}
	})
}

//go:build !tamago

package irq

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The controller as the tests see it: what was done to it, in order.
var log []string

func init() {
	Controller.Acknowledge = func(uint32) { log = append(log, "acknowledge") }
	Controller.Mask = func(uint32) { log = append(log, "mask") }
	Controller.Unmask = func(_ uint32, level bool) {
		if level {
			log = append(log, "unmask level")
		} else {
			log = append(log, "unmask edge")
		}
	}
}

// deliver does what a machine's entry does.
func deliver(n uint32) {
	w, _ := Deliver(n)
	raw.Waker(w).WakeMasked()
}

func wantLog(t *testing.T, want ...string) {
	t.Helper()
	got := log
	log = nil
	if len(got) != len(want) {
		t.Fatalf("controller saw %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("controller saw %q, want %q", got, want)
		}
	}
}

// sleeper is a task that only counts how often it was polled.
type sleeper struct {
	exec  sched.Executor
	task  task.Task[task.None]
	w     task.Waker
	polls int
}

func (s *sleeper) start(t *testing.T) task.Waker {
	t.Helper()
	j, err := sched.Spawn(&s.exec, &s.task, nil, func(*task.None, *task.Context) task.Poll {
		s.polls++
		return task.Pending
	})
	if err != nil {
		t.Fatal(err)
	}
	s.exec.Tick()
	s.polls, s.w = 0, j.Waker()
	return s.w
}

func stat(n uint32) (found Stat) {
	Snapshot(0, func(s Stat) bool {
		if s.Line == n {
			found = s
		}
		return true
	})
	return found
}

func TestDeliver(t *testing.T) {
	for _, c := range []struct {
		name    string
		n       uint32
		trigger Trigger
		want    []string
	}{
		{"edge", 40, Edge, []string{"acknowledge"}},
		{"level", 41, Level, []string{"mask", "acknowledge"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			log = nil
			var s sleeper
			Register(c.n, c.name, c.trigger, s.start(t))
			Unmask(c.n)
			wantLog(t, "unmask "+c.name)
			deliver(c.n)
			wantLog(t, c.want...)
			deliver(c.n)
			log = nil
			if s.exec.Tick(); s.polls != 1 {
				t.Errorf("two interrupts, %d polls, want one", s.polls)
			}
			if got := stat(c.n); got != (Stat{c.n, c.name, 2, 0}) {
				t.Errorf("%+v", got)
			}
			Unregister(c.n)
			wantLog(t, "mask")
			if deliver(c.n); s.exec.Tick().Polled != 0 {
				t.Error("woken after Unregister")
			}
		})
	}
}

func TestStray(t *testing.T) {
	const n = 50
	var s sleeper
	RegisterStray(s.start(t))
	log = nil
	for range 3 {
		deliver(n)
	}
	wantLog(t, "mask", "acknowledge", "mask", "acknowledge", "mask", "acknowledge")
	if s.exec.Tick(); s.polls != 1 {
		t.Errorf("the reporting task was polled %d times", s.polls)
	}
	var reported []uint32
	for {
		n, ok := NextStray()
		if !ok {
			break
		}
		reported = append(reported, n)
	}
	for i, r := range reported {
		if r == n && i != len(reported)-1 {
			t.Errorf("reported %v", reported)
		}
	}
	if len(reported) == 0 || reported[len(reported)-1] != n {
		t.Errorf("reported %v, want %d among them", reported, n)
	}
	if got := stat(n); got.Count != 3 || got.Spurious != 3 {
		t.Errorf("%+v", got)
	}
	deliver(n)
	if _, ok := NextStray(); ok {
		t.Error("reported a second time")
	}
}

// A line that has a live task keeps it: who registers it again is told, and nothing changes.
func TestRegisterTwice(t *testing.T) {
	const n = 70
	var first, second sleeper
	w := first.start(t)
	if err := Register(n, "first", Edge, w); err != nil {
		t.Fatal(err)
	}
	err := Register(n, "second", Level, second.start(t))
	if !errors.Is(err, ErrTaken) || err.Error() != "line 70 is first's: a line has one task" {
		t.Errorf("%v", err)
	}
	if _, err := Share(n, "second", second.w); !errors.Is(err, ErrTaken) {
		t.Errorf("shared: %v", err)
	}
	log = nil
	deliver(n)
	wantLog(t, "acknowledge") // edge-triggered still
	if first.exec.Tick(); first.polls != 1 || second.polls != 0 {
		t.Errorf("%d and %d polls", first.polls, second.polls)
	}
	if err := Register(n, "first", Edge, w); err != nil {
		t.Errorf("the same task again: %v", err)
	}
	w.Cancel()
	first.exec.Tick()
	if err := Register(n, "second", Edge, second.w); err != nil {
		t.Errorf("in place of a task that is over: %v", err)
	}
	if got := stat(n).Name; got != "second" {
		t.Errorf("the line is %s's", got)
	}
	Unregister(n)
}

// A number that no line has is refused, and interrupts are not left masked: nothing was
// begun.
func TestRegisterBeyondTheTable(t *testing.T) {
	log = nil
	if err := Register(Lines, "none", Edge, task.Waker{}); !errors.Is(err, ErrNoLine) || err.Error() != "line 256: there is no such line: 0 to 255" {
		t.Errorf("%v", err)
	}
	if _, err := Share(Lines+5, "none", task.Waker{}); !errors.Is(err, ErrNoLine) {
		t.Errorf("%v", err)
	}
	Unregister(Lines)
	Unmask(Lines)
	Unmask(^uint32(0))
	wantLog(t)
}

func TestBeyondTheTable(t *testing.T) {
	log = nil
	deliver(Lines)
	deliver(^uint32(0))
	wantLog(t)
	if invalid != 2 {
		t.Errorf("%d counted", invalid)
	}
}

func TestDeliverDoesNotAllocate(t *testing.T) {
	var s sleeper
	Register(60, "quiet", Edge, s.start(t))
	log = make([]string, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { deliver(60); s.exec.Tick() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

//go:build !tamago

package sched

import (
	"errors"
	"strings"
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// enterRealtime does what a machine's way in does: it polls until there is nothing to poll.
// Not below itself. A panic stands for a fault.
func enterRealtime() {
	if realtimeActive {
		return
	}
	realtimeActive = true
	defer func() { realtimeActive = false }()
	pollRealtime(Next())
}

var realtimeActive bool

func pollRealtime(out uintptr, cx *task.Context, poll uintptr) {
	for poll != 0 {
		out, cx, poll = Polled(pollOne(out, cx, poll))
	}
}

// pollOne calls the function whose value is at poll.
func pollOne(out uintptr, cx *task.Context, poll uintptr) (p task.Poll) {
	defer func() {
		if v := recover(); v != nil {
			NoteFault(task.FaultOther, 0, 0)
			p = PollFaulted
		}
	}()
	f := *(*func(unsafe.Pointer, *task.Context) task.Poll)(unsafe.Pointer(&poll))
	return f(*(*unsafe.Pointer)(unsafe.Pointer(&out)), cx)
}

// interrupt does what the entry of a line's interrupt does.
func interrupt(t task.Waker) {
	w := raw.Waker(t)
	if realtimeActive {
		Nested(w)
		return
	}
	realtimeActive = true
	defer func() { realtimeActive = false }()
	pollRealtime(Interrupted(w, w.Realtime()))
}

func useRealtime(t *testing.T) {
	platform.Enter = enterRealtime
	t.Cleanup(func() { platform.Enter = func() {} })
}

// spawnRealtime spawns a task that must be free, and is ended with the test.
func spawnRealtime(t *testing.T, p *Priority, tk *unit, poll task.Func[none]) task.JoinHandle[none] {
	t.Helper()
	j, err := Spawn(p, tk, nil, poll)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Cancel() })
	return j
}

// A spawn and a wake from thread level are polled before they return; an interrupt's
// before it is over.
func TestRealtimeIsPrompt(t *testing.T) {
	useRealtime(t)
	polls := 0
	j := spawnRealtime(t, &Normal, new(unit), func(_ *none, cx *task.Context) task.Poll {
		if polls++; RealtimeCurrent() != cx.Waker() {
			t.Error("not the current task in its own poll")
		}
		return task.Pending
	})
	if polls != 1 {
		t.Fatalf("%d polls after the spawn", polls)
	}
	if j.Waker().Wake(); polls != 2 {
		t.Fatalf("%d polls after a wake", polls)
	}
	if interrupt(j.Waker()); polls != 3 {
		t.Fatalf("%d polls after an interrupt", polls)
	}
	if RealtimeCurrent() != (task.Waker{}) {
		t.Error("a current task without a poll")
	}
}

// The outcome of a real-time task: what Poll says of each end.
func TestRealtimeEnds(t *testing.T) {
	useRealtime(t)
	var tk task.Task[int]
	run := func(poll task.Func[int], between func(j task.JoinHandle[int])) (int, error) {
		j, err := Spawn(&Normal, &tk, task.Named("rt"), poll)
		if err != nil {
			t.Fatal(err)
		}
		between(j)
		out, err := j.Take()
		if err == task.ErrRunning {
			t.Fatal("not over")
		}
		return out, err
	}
	nothing := func(task.JoinHandle[int]) {}
	if out, err := run(func(out *int, _ *task.Context) task.Poll { *out = 5; return task.Ready }, nothing); out != 5 || err != nil {
		t.Errorf("%d %v", out, err)
	}
	if _, err := run(func(*int, *task.Context) task.Poll { return task.Pending }, func(j task.JoinHandle[int]) {
		if !j.Cancel() {
			t.Error("not cancelled")
		}
	}); err != task.ErrCancelled {
		t.Errorf("%v", err)
	}
	if _, err := run(func(_ *int, cx *task.Context) task.Poll { cx.Waker().Cancel(); return task.Pending }, nothing); err != task.ErrCancelled {
		t.Errorf("%v", err)
	}
	before := Faults()
	_, err := run(func(*int, *task.Context) task.Poll { panic("fault") }, nothing)
	var f *task.FaultError
	if !errors.As(err, &f) || f.Task != "rt" || f.Kind != task.FaultOther || !strings.Contains(err.Error(), "rt faulted: processor exception") {
		t.Errorf("%v", err)
	}
	if Faults() != before+1 {
		t.Error("the fault was not counted")
	}
}

// A budget that has run out once is forgotten with the life: the first poll of the next has its
// grace, also if it has the number of the one that was overdue.
func TestOverdue(t *testing.T) {
	useRealtime(t)
	var tk unit
	for life := range 2 {
		var first, second bool
		spawnRealtime(t, &Normal, &tk, func(*none, *task.Context) task.Poll {
			first, second = Overdue(), Overdue()
			return task.Ready
		}).Detach()
		if first || !second {
			t.Errorf("life %d: overdue %v at first, %v the second time", life, first, second)
		}
	}
}

// A task that faults has overwritten what the executor has to wake at its end: that is not woken,
// and the executor goes on.
func TestRealtimeJoinerOverwritten(t *testing.T) {
	useRealtime(t)
	var tk, joiner, other unit
	w := spawnRealtime(t, &Normal, &joiner, func(*none, *task.Context) task.Poll { return task.Pending }).Waker()
	polls := 0
	j := spawnRealtime(t, &Normal, &tk, func(*none, *task.Context) task.Poll {
		if polls++; polls > 1 {
			panic("fault")
		}
		return task.Pending
	})
	broken := w
	*(*uintptr)(unsafe.Pointer(&broken)) |= 1
	joinWith(j, broken)
	stale := task.Stale()
	j.Waker().Wake()
	if !j.Done() || task.Stale() != stale+1 {
		t.Errorf("over %v, %d wakes counted", j.Done(), task.Stale()-stale)
	}
	if !spawnRealtime(t, &Normal, &other, func(*none, *task.Context) task.Poll { return task.Ready }).Done() {
		t.Error("the executor does not go on")
	}
}

// What becomes ready during a poll is polled after it: urgent first, in order.
func TestUrgentFirst(t *testing.T) {
	useRealtime(t)
	var order []string
	var wakers []task.Waker
	named := func(p *Priority, name string) {
		first := true
		wakers = append(wakers, spawnRealtime(t, p, new(unit), func(*none, *task.Context) task.Poll {
			if !first {
				order = append(order, name)
			}
			first = false
			return task.Pending
		}).Waker())
	}
	named(&Normal, "n1")
	named(&Normal, "n2")
	named(&Urgent, "u1")
	named(&Urgent, "u2")
	began := false
	w := spawnRealtime(t, &Normal, new(unit), func(*none, *task.Context) task.Poll {
		if began {
			for i, w := range wakers {
				if i%2 == 0 {
					w.Wake()
				} else {
					interrupt(w) // strikes this poll
				}
			}
			if order != nil {
				t.Error("polled within a poll")
			}
		}
		began = true
		return task.Pending
	}).Waker()
	interrupt(w)
	if got := strings.Join(order, " "); got != "u1 u2 n1 n2" {
		t.Errorf("order %s", got)
	}
}

// An interrupt of a task's own line strikes its poll: it is polled once more.
func TestNestedWakeRepeatsThePoll(t *testing.T) {
	useRealtime(t)
	polls := 0
	w := spawnRealtime(t, &Normal, new(unit), func(_ *none, cx *task.Context) task.Poll {
		if polls++; polls == 2 {
			interrupt(cx.Waker())
			interrupt(cx.Waker())
		}
		return task.Pending
	}).Waker()
	if w.Wake(); polls != 3 {
		t.Errorf("%d polls", polls)
	}
}

// A task that wakes itself goes behind the others of its priority.
func TestRealtimeSelfWake(t *testing.T) {
	useRealtime(t)
	left := 3
	var order []int
	var other task.Waker
	quiet := true
	other = spawnRealtime(t, &Normal, new(unit), func(*none, *task.Context) task.Poll {
		if !quiet {
			order = append(order, 0)
		}
		return task.Pending
	}).Waker()
	quiet = false
	w := spawnRealtime(t, &Normal, new(unit), func(_ *none, cx *task.Context) task.Poll {
		order = append(order, left)
		if left--; left > 0 {
			if left == 2 {
				other.Wake()
			}
			cx.Waker().Wake()
			return task.Pending
		}
		return task.Pending
	}).Waker()
	_ = w
	if len(order) != 4 || order[0] != 3 || order[1] != 0 || order[2] != 2 || order[3] != 1 {
		t.Errorf("order %v", order)
	}
}

// Wakes cross the levels in both directions.
func TestLevelsWakeEachOther(t *testing.T) {
	useRealtime(t)
	var e Executor
	var tk unit
	polls := 0
	thread := spawn(t, &e, &tk, func(*none, *task.Context) task.Poll { polls++; return task.Pending }).Waker()
	e.Tick()
	w := spawnRealtime(t, &Urgent, new(unit), func(*none, *task.Context) task.Poll { thread.Wake(); return task.Pending }).Waker()
	e.Tick()
	polls = 0
	interrupt(w)
	e.Tick()
	w.Wake()
	e.Tick()
	interrupt(thread) // a line may wake a thread's task as well
	e.Tick()
	if polls != 3 {
		t.Errorf("%d polls", polls)
	}
}

// A stale waker of a line does nothing, and is counted.
func TestRealtimeStale(t *testing.T) {
	useRealtime(t)
	var tk unit
	j := spawnRealtime(t, &Normal, &tk, ready)
	w := j.Waker()
	j.Take()
	polls := 0
	spawnRealtime(t, &Normal, &tk, func(*none, *task.Context) task.Poll { polls++; return task.Pending })
	before := task.Stale()
	interrupt(w)
	if polls != 1 || task.Stale() != before+1 {
		t.Errorf("%d polls, %d stale", polls, task.Stale()-before)
	}
}

func TestRealtimeAllocatesNothing(t *testing.T) {
	useRealtime(t)
	w := spawnRealtime(t, &Normal, new(unit), pending).Waker()
	for name, f := range map[string]func(){
		"wake":      w.Wake,
		"interrupt": func() { interrupt(w) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

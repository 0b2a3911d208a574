package sched

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"

	"pgregory.net/rapid"
)

// sequential is what an executor with one task after the other has to do, written as
// plainly as can be.
type sequential struct {
	queue []int
	tasks [propertyTasks]struct {
		state  string // free, ready, idle, over
		result error
		joiner int // the task that is to be woken at the end, or -1, and
		during int // in which of its lives
		life   int
		polls  int
		script []action
	}
}

const propertyTasks = 4

// action is what a task does in one poll. What it does to others it does in that order.
type action struct {
	wake, cancel, spawn int // a task, or -1
	end                 task.Poll
	crash               bool
}

var errCrash = errors.New("crash")

func (s *sequential) spawn(i int, script []action) bool {
	t := &s.tasks[i]
	if t.state != "free" {
		return false
	}
	t.state, t.result, t.joiner, t.polls, t.script = "ready", nil, -1, 0, script
	t.life++
	s.queue = append(s.queue, i)
	return true
}

func (s *sequential) wake(i int) {
	if t := &s.tasks[i]; t.state == "idle" {
		t.state = "ready"
		s.queue = append(s.queue, i)
	} else if t.state == "polled" {
		t.state = "polled, woken"
	}
}

// cancel marks a task; it ends when it comes off the queue, or at the end of its poll.
func (s *sequential) cancel(i int) bool {
	t := &s.tasks[i]
	if t.state == "free" || t.result != nil {
		return false
	}
	if t.state == "over" {
		t.result = task.ErrCancelledLate
		return false
	}
	t.result = task.ErrCancelled
	if t.state == "idle" {
		t.state = "ready"
		s.queue = append(s.queue, i)
	}
	return true
}

func (s *sequential) over(i int) {
	t := &s.tasks[i]
	t.state = "over"
	if t.joiner >= 0 && s.tasks[t.joiner].life == t.during {
		s.wake(t.joiner)
	}
}

func (s *sequential) tick(n int) (polled int) {
	for ; len(s.queue) > 0 && polled < n; polled++ {
		i := s.queue[0]
		s.queue = s.queue[1:]
		t := &s.tasks[i]
		if t.result != nil {
			s.over(i)
			continue
		}
		t.state = "polled"
		a := t.script[min(t.polls, len(t.script)-1)]
		t.polls++
		if a.wake >= 0 {
			s.wake(a.wake)
		}
		if a.cancel >= 0 {
			s.cancel(a.cancel)
		}
		if a.spawn >= 0 {
			s.spawn(a.spawn, []action{{-1, -1, -1, task.Ready, false}})
		}
		switch {
		case a.crash:
			t.result = errCrash
			s.over(i)
		case a.end == task.Ready:
			if t.result != nil {
				t.result = task.ErrCancelledLate
			}
			s.over(i)
		case t.result != nil:
			s.over(i)
		case t.state == "polled, woken":
			t.state = "ready"
			s.queue = append(s.queue, i)
		default:
			t.state = "idle"
		}
	}
	return polled
}

// system is the executor beside it.
type system struct {
	e     Executor
	units [propertyTasks]unit
	joins [propertyTasks]task.JoinHandle[none]
	polls [propertyTasks]int
}

func (s *system) spawn(i int, script []action) bool {
	j, err := Spawn(&s.e, &s.units[i], nil, s.poll(i, script))
	if err == nil {
		s.joins[i], s.polls[i] = j, 0
	}
	return err == nil
}

func (s *system) poll(i int, script []action) task.Func[none] {
	return func(*none, *task.Context) task.Poll {
		a := script[min(s.polls[i], len(script)-1)]
		s.polls[i]++
		if a.wake >= 0 {
			s.joins[a.wake].Waker().Wake()
		}
		if a.cancel >= 0 {
			s.joins[a.cancel].Cancel()
		}
		if a.spawn >= 0 {
			s.spawn(a.spawn, []action{{-1, -1, -1, task.Ready, false}})
		}
		if a.crash {
			panic(errCrash)
		}
		return a.end
	}
}

// The executor does in any sequence of calls what the plain one does.
func TestAgainstModel(t *testing.T) { rapid.Check(t, againstModel) }

// The same, with inputs that the fuzzer finds.
func FuzzAgainstModel(f *testing.F) { f.Fuzz(rapid.MakeFuzz(againstModel)) }

func againstModel(t *rapid.T) {
	var model sequential
	for i := range model.tasks {
		model.tasks[i].state = "free"
	}
	s := new(system)
	which := rapid.IntRange(0, propertyTasks-1)
	maybe := rapid.IntRange(-2, propertyTasks-1)
	script := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) action {
		return action{
			max(-1, maybe.Draw(t, "wake")), max(-1, maybe.Draw(t, "cancel")), max(-1, maybe.Draw(t, "spawn")),
			task.Poll(rapid.IntRange(0, 1).Draw(t, "end")), rapid.IntRange(0, 9).Draw(t, "crash") == 0,
		}
	}), 1, 4)
	t.Repeat(map[string]func(*rapid.T){
		"spawn": func(t *rapid.T) {
			i, a := which.Draw(t, "task"), script.Draw(t, "script")
			if got, want := s.spawn(i, a), model.spawn(i, a); got != want {
				t.Fatalf("spawned: %v, not %v", got, want)
			}
		},
		"wake": func(t *rapid.T) {
			i := which.Draw(t, "task")
			s.joins[i].Waker().Wake()
			model.wake(i)
		},
		"cancel": func(t *rapid.T) {
			i := which.Draw(t, "task")
			if got, want := s.joins[i].Cancel(), model.cancel(i); got != want {
				t.Fatalf("cancelled: %v, not %v", got, want)
			}
		},
		"tick": func(t *rapid.T) {
			n := rapid.IntRange(0, 5).Draw(t, "budget")
			got, want := s.e.TickN(n), model.tick(n)
			if int(got.Polled) != want || got.Remaining != (len(model.queue) > 0) {
				t.Fatalf("%+v, not %d, with %d remaining", got, want, len(model.queue))
			}
		},
		"join": func(t *rapid.T) {
			i, by := which.Draw(t, "task"), which.Draw(t, "joiner")
			m := &model.tasks[i]
			done := joinWith(s.joins[i], s.joins[by].Waker()) == task.Ready
			_, err := s.joins[i].Take()
			switch m.state {
			case "free":
				if !done || err != task.ErrStale {
					t.Fatalf("of a free one: %v %v", err, done)
				}
			case "over":
				if !done || m.result == nil && err != nil || !errors.Is(err, m.result) {
					t.Fatalf("%v %v, not %v", err, done, m.result)
				}
				m.state, m.result = "free", nil
			default:
				if done || err != task.ErrRunning {
					t.Fatalf("of one that is %s: %v", m.state, err)
				}
				if m.joiner, m.during = by, model.tasks[by].life; model.tasks[by].state == "free" {
					m.joiner = -1
				}
			}
		},
		"": func(t *rapid.T) {
			for i := range model.tasks {
				if s.polls[i] != model.tasks[i].polls {
					t.Fatalf("task %d was polled %d times, not %d", i, s.polls[i], model.tasks[i].polls)
				}
			}
		},
	})
}

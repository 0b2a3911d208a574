//go:build !tamago

package main

import (
	"time"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// timerCases are those of rt/timer. The clock is a variable, as it is in those of the
// reference.
var timerCases = []benchmark{
	{"timer_1000_step", "arm 1,000 sleeps, turn each tick until all are over, for each", 12, 103, func() func(int) { return thousandSleeps(1) }},
	{"timer_1000_turn", "the same in one turn, for each", 9, 77, func() func(int) { return thousandSleeps(1000) }},
	{"timer_insert_cancel", "arm one sleep and stop it", 8, 72, insertAndCancel},
	{"timer_idle", "a turn with nothing due", 2, 21.5, idleTurn},
}

var benchNow int64

// benchWheel is a wheel with a clock that only moves when it is told to.
func benchWheel() *timer.Wheel {
	platform.Clock = func() int64 { return benchNow }
	benchNow = 1
	return new(timer.Wheel)
}

// inPolls is a task that does what it is told in each poll: sleeps are for tasks.
func inPolls(f func(cx *task.Context)) (poll func()) {
	e := new(sched.Executor)
	w := must(sched.Spawn(e, new(unit), nil, func(_ *none, cx *task.Context) task.Poll {
		f(cx)
		return task.Pending
	})).Waker()
	e.TickN(1)
	return func() { w.Wake(); e.TickN(1) }
}

// thousandSleeps: each sleep is armed, polled, woken by a turn and polled again. All are one
// task's, which is being polled, as the reference's are of a waker that does nothing.
func thousandSleeps(perTurn int) func(int) {
	w := benchWheel()
	sleeps := make([]timer.Sleep, 1000)
	for i := range sleeps {
		sleeps[i].On(w)
	}
	round := inPolls(func(cx *task.Context) {
		for i := range sleeps {
			sleeps[i].For(time.Duration(i + 1))
			sleeps[i].Poll(cx)
		}
		for done := 0; done < len(sleeps); done += perTurn {
			benchNow += int64(perTurn)
			w.Turn()
		}
		for i := range sleeps {
			if sleeps[i].Poll(cx) == task.Pending {
				panic("a sleep is not over")
			}
		}
	})
	return func(n int) {
		for done := 0; done < n; done += len(sleeps) {
			round()
		}
	}
}

func insertAndCancel() func(int) {
	w := benchWheel()
	s := new(timer.Sleep)
	s.On(w)
	n := 0
	poll := inPolls(func(cx *task.Context) {
		for range n {
			s.For(1000)
			s.Poll(cx)
			s.Stop()
		}
	})
	return func(times int) { n = times; poll() }
}

func idleTurn() func(int) {
	w := benchWheel()
	s := new(timer.Sleep)
	s.On(w)
	inPolls(func(cx *task.Context) {
		s.For(1 << 40)
		s.Poll(cx)
	})()
	return func(n int) {
		for range n {
			w.Turn()
		}
	}
}

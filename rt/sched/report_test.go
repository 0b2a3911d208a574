//go:build !tamago

package sched

import (
	"errors"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// ends takes what there is to report.
func ends() (list []task.End) {
	for {
		e, _, ok := task.NextEnd()
		if !ok {
			return list
		}
		list = append(list, e)
	}
}

// reporting begins with nothing to report, and a clock of the test's.
func reporting(t *testing.T) (now *int64) {
	now = new(int64)
	*now = 1e15 // after all that other tests have left
	saved := platform.Clock
	platform.Clock = func() int64 { return *now }
	ends()
	task.LostEnds()
	t.Cleanup(func() {
		task.ReportTo(task.Waker{})
		*now += 10 * int64(task.ClaimTime)
		ends()
		platform.Clock = saved
	})
	return now
}

func panics(*none, *task.Context) task.Poll { panic("on purpose") }

// A task that nobody has a handle of ends with a panic or a fault: that is reported, once, with
// name, reason and place, and the reporter is woken for it.
func TestEndIsReported(t *testing.T) {
	for name, c := range map[string]struct {
		on   Spawner
		want string
	}{
		"panic": {new(Executor), "victim panicked: on purpose, in github.com/tamagotake/tamagotake/rt/sched.panics, "},
		"fault": {&Normal, "victim faulted: processor exception"},
	} {
		t.Run(name, func(t *testing.T) {
			reporting(t)
			var e Executor
			woken := 0
			r := spawn(t, &e, new(unit), func(*none, *task.Context) task.Poll { woken++; return task.Pending })
			e.Tick()
			task.ReportTo(r.Waker())
			e.Tick()
			woken = 0
			useRealtime(t)
			let := false
			j, err := Spawn(c.on, new(unit), task.Named("victim"), func(out *none, cx *task.Context) task.Poll {
				if !let {
					return task.Pending
				}
				return panics(out, cx)
			})
			if err != nil {
				t.Fatal(err)
			}
			tick := func() {
				if e, ok := c.on.(*Executor); ok {
					e.Tick()
				}
			}
			tick()
			w := j.Waker()
			j.Detach()
			let = true
			w.Wake()
			tick()
			e.Tick()
			list := ends()
			if len(list) != 1 || list[0].Name != "victim" || list[0].ID != w.ID() || !strings.Contains(list[0].String(), c.want) || !strings.Contains(list[0].Spawned, "report_test.go:") {
				t.Errorf("reported: %v", list)
			}
			if woken != 1 {
				t.Errorf("the reporter was woken %d times", woken)
			}
			r.Cancel()
			e.Tick()
		})
	}
}

// What a joiner takes is not reported, whether it waited or came within the time for it; what it
// has not taken by then is, and so is a result that is given up.
func TestClaimedEndIsNotReported(t *testing.T) {
	join := func(e *Executor, j task.JoinHandle[none]) {
		_, err := j.Take()
		var p *task.PanicError
		if !errors.As(err, &p) {
			t.Error(err)
		}
	}
	for name, c := range map[string]struct {
		do    func(t *testing.T, now *int64, e *Executor, j task.JoinHandle[none])
		early int // reports before the time is over
		want  int
	}{
		"taken by a task that waits": {func(t *testing.T, now *int64, e *Executor, j task.JoinHandle[none]) {
			k := spawn(t, e, new(unit), func(_ *none, cx *task.Context) task.Poll {
				if j.Poll(cx) == task.Pending {
					return task.Pending
				}
				j.Take()
				return task.Ready
			})
			e.Tick()
			k.Detach()
		}, 0, 0},
		"taken in time": {func(t *testing.T, now *int64, e *Executor, j task.JoinHandle[none]) {
			e.Tick()
			*now += int64(task.ClaimTime) - 1
			ends()
			join(e, j)
		}, 0, 0},
		"taken late": {func(t *testing.T, now *int64, e *Executor, j task.JoinHandle[none]) {
			e.Tick()
			if e, in, ok := task.NextEnd(); ok || in != task.ClaimTime {
				t.Errorf("%v, in %v, %v", e, in, ok)
			}
			*now += int64(task.ClaimTime)
			if got := ends(); len(got) != 1 {
				t.Errorf("reported: %v", got)
			}
			join(e, j)
		}, 0, 0},
		"the handle is lost": {func(t *testing.T, now *int64, e *Executor, j task.JoinHandle[none]) { e.Tick() }, 0, 1},
		"given up afterwards": {func(t *testing.T, now *int64, e *Executor, j task.JoinHandle[none]) {
			e.Tick()
			j.Detach()
		}, 0, 1},
		"given up before": {func(t *testing.T, now *int64, e *Executor, j task.JoinHandle[none]) {
			j.Detach()
			e.Tick()
		}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			now := reporting(t)
			var e Executor
			c.do(t, now, &e, spawn(t, &e, new(unit), panics))
			if got := ends(); len(got) != c.early {
				t.Errorf("reported at once: %v", got)
			}
			*now += int64(task.ClaimTime)
			if got := ends(); len(got) != c.want {
				t.Errorf("reported later: %v", got)
			}
			if got := ends(); len(got) != 0 {
				t.Errorf("reported again: %v", got)
			}
		})
	}
}

// Ends that are no failures are not reported.
func TestOtherEndsAreNotReported(t *testing.T) {
	now := reporting(t)
	var e Executor
	spawn(t, &e, new(unit), ready).Detach()
	spawn(t, &e, new(unit), pending).Cancel()
	e.Tick()
	spawn(t, &e, new(unit), pending).Detach()
	e.Tick()
	e.Shutdown()
	*now += int64(task.ClaimTime)
	if got := ends(); len(got) != 0 {
		t.Errorf("reported: %v", got)
	}
}

// More than there is room for are counted; the oldest come first, and a long name is cut.
func TestLostEnds(t *testing.T) {
	now := reporting(t)
	var e Executor
	const most, more = 16, 5
	for n := range most + more {
		*now++
		j, err := Spawn(&e, new(unit), task.Named(strings.Repeat(string(rune('a'+n)), 50)), panics)
		if err != nil {
			t.Fatal(err)
		}
		j.Detach()
		e.Tick()
	}
	got := ends()
	for n, end := range got {
		if want := strings.Repeat(string(rune('a'+n)), 32); end.Name != want {
			t.Errorf("number %d is %q", n, end.Name)
		}
	}
	if lost := task.LostEnds(); len(got) != most || lost != more || task.LostEnds() != 0 {
		t.Errorf("%d reported, %d lost", len(got), lost)
	}
	spawn(t, &e, new(unit), panics).Detach()
	e.Tick()
	if got := ends(); len(got) != 1 {
		t.Errorf("there is room again: %v", got)
	}
}

// A slot that is used again at once does not change what is reported of the task before.
func TestEndOutlivesItsSlot(t *testing.T) {
	reporting(t)
	var e Executor
	var tk unit
	for _, name := range []string{"first", "second"} {
		j, err := Spawn(&e, &tk, task.Named(name), panics)
		if err != nil {
			t.Fatal(err)
		}
		j.Detach()
		e.Tick()
	}
	if got := ends(); len(got) != 2 || got[0].Name != "first" || got[1].Name != "second" || got[0].ID == got[1].ID {
		t.Errorf("reported: %v", got)
	}
}

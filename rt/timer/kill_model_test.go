//go:build explore

package timer

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/explore"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A turn, and what a task does with its sleep, are real-time polls that are killed at each of
// their steps. The next turn goes on where one that was killed has left the wheel.

func (c *machine) killed(what func(), after func()) {
	c.m.Thread("killed", func() {
		if c.m.Killable(explore.ByBudget|explore.ByFault, what) {
			after()
		}
		atom.Unmask(0)
	})
}

// A turn for three sleeps, of which one goes to a lower level: none is lost.
func TestModelKilledTurn(t *testing.T) {
	model(t, func(c *machine) {
		for _, deadline := range []int64{100, 100, 130} {
			c.task(at(deadline)).tick()
		}
		c.killed(func() { c.pass(129) }, func() {})
		c.m.Finally(func() {
			c.wheel.Turn() // that of whoever turns it after the one that was killed
			c.settle()
		})
	})
}

// A turn is killed between its sections while a task moves its sleep.
func TestModelKilledTurnAgainstMove(t *testing.T) {
	model(t, func(c *machine) {
		s, other := c.task(at(100, 120)), c.task(at(100))
		s.tick()
		other.tick()
		s.join.Waker().Wake()
		c.killed(func() { c.pass(100) }, func() {})
		c.m.Thread("sleeper", s.tick)
		c.m.Finally(func() {
			c.wheel.Turn()
			c.settle()
		})
	})
}

// A poll that arms, moves, stops, or finds its sleep due is killed, and its task ends: nothing of
// it is left in the wheel, and the other sleep is not disturbed.
func TestModelKilledSleeper(t *testing.T) {
	polls := map[string]func(s *Sleep, cx *task.Context){
		"arm":  func(s *Sleep, cx *task.Context) { s.Stop(); s.Until(90); s.Poll(cx) },
		"move": func(s *Sleep, cx *task.Context) { s.Until(500); s.Poll(cx) },
		"due":  func(s *Sleep, cx *task.Context) { s.Until(10); s.Poll(cx) },
		"stop": func(s *Sleep, cx *task.Context) { s.Stop() },
		"poll": func(s *Sleep, cx *task.Context) { s.Poll(cx) },
	}
	for name, poll := range polls {
		t.Run(name, func(t *testing.T) {
			model(t, func(c *machine) {
				c.clock.Add(50)
				other := c.task(at(120))
				other.tick()
				in, rawCx := raw.NewFakeTask()
				cx := (*task.Context)(rawCx)
				s := new(Sleep)
				s.On(&c.wheel)
				s.Until(100)
				s.Poll(cx)
				core := 0
				c.killed(func() { poll(s, cx) }, in.End)
				c.m.Interrupt(core, "turn", func() { c.pass(100) })
				c.m.Finally(func() {
					invalid := c.wheel.invalid()
					c.m.Assert(invalid == "", "%s", invalid)
					in.End()
					c.m.Assert(s.state.Load() < waiting, "a task has ended, and its sleep waits")
					c.wheel.Turn()
					c.settle()
				})
			})
		})
	}
}

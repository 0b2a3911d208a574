//go:build tamago

package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// sectionMaxNS is how long a critical section of the wheel may be; see docs/time.md.
var sectionMaxNS = map[string]int64{"amd64": 900, "arm": 1400}

var (
	sectionTask   task.Task[task.None]
	sectionWheel  timer.Wheel
	sectionSleeps [64]timer.Sleep
	sectionDone   bool
)

// section measures turns of one critical section, with interrupts masked around them: that
// section and a little more. The wheel is one of its own, so its time can be chosen.
func section() {
	cases := []struct {
		name   string
		late   bool // the turn comes when all are due
		offset func(i int64) int64
	}{
		{"of the same tick", false, func(i int64) int64 { return 1e6 }},
		{"of one slot each", true, func(i int64) int64 { return 1e6 + 700*i }},
		{"moved down together", false, func(i int64) int64 { return 1<<26 + i }},
		{"moved down one by one", true, func(i int64) int64 { return i * (1<<30 + 123456789) }},
		{"from beyond the span", false, func(i int64) int64 { return 1<<36 + i }},
	}
	var longest int64
	var which string
	ends := 0
	_, err := sched.Spawn(&executor, &sectionTask, nil, func(_ *task.None, cx *task.Context) task.Poll {
		for _, c := range cases {
			begin := platform.Now() + 1e6
			for i := range sectionSleeps {
				s := &sectionSleeps[i]
				s.On(&sectionWheel)
				s.Until(begin + c.offset(int64(i)))
				s.Poll(cx)
			}
			if c.late {
				time.Sleep(time.Duration(begin + c.offset(int64(len(sectionSleeps))) - platform.Now()))
			}
			var most int64
			for left := len(sectionSleeps); left > 0; {
				saved := platform.MaskInterrupts()
				before := platform.Now()
				t := sectionWheel.TurnN(1)
				took := platform.Now() - before
				platform.RestoreInterrupts(saved)
				most = max(most, took)
				left -= t.Expired
				ends += t.Expired
				if !t.Remaining && left > 0 {
					time.Sleep(time.Duration(t.NextNS - platform.Now()))
				}
			}
			fmt.Printf("section: %s: %d instructions\n", c.name, most)
			if most > longest {
				longest, which = most, c.name
			}
		}
		sectionDone = true
		return task.Ready
	})
	if err != nil {
		panic(err)
	}
	await(func() bool { return sectionDone })
	check.Report(ends == len(cases)*len(sectionSleeps), "section: %d sleeps", ends)
	check.Report(longest < sectionMaxNS[runtime.GOARCH], "section: at most %d instructions, %s", longest, which)
}

//go:build tamago

// Command twolevel has all kinds of work that a kernel does:
//
//	real-time      pulse counts milliseconds. Nothing of Go keeps it: no goroutine, no collector
//	straight-line  rate awaits a time, looks at the count, and awaits again
//	goroutine      main.print is ordinary Go, with a channel and fmt
//	another        main.waste allocates without end, so that the collector is always at work
package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// pulse is a real-time task's state.
type pulse struct {
	every timer.Interval
	beats atomic.Uint32
}

// Poll is called when the time has come. It waits by saying Pending.
//
//tamagotake:realtime
func (p *pulse) Poll(cx *task.Context) task.Poll {
	if p.every.NextNS() == 0 {
		p.every.Every(time.Millisecond)
	}
	for p.every.Poll(cx) == task.Ready {
		p.beats.Add(1)
	}
	return task.Pending
}

const lines = 5

var (
	heart pulse
	rates = make(chan uint32, lines)
)

// rate tells how many beats there were in a tenth of a second.
func rate(c *coro.Ctx) error {
	for range lines {
		before := heart.beats.Load()
		c.Sleep(100 * time.Millisecond)
		rates <- heart.beats.Load() - before // does not wait: the channel has room for all
	}
	close(rates)
	return nil
}

func print() {
	for n := range rates {
		fmt.Println(n, "beats")
	}
	os.Exit(0)
}

var text string

func waste() {
	for {
		text = fmt.Sprint(len(text)) // a new text each time
	}
}

func main() {
	kernel.Start(kernel.Config{Quiet: true})
	kernel.Realtime("pulse", &heart, (*pulse).Poll)
	kernel.Go("rate", rate)
	go print()
	go waste()
	kernel.Run()
}

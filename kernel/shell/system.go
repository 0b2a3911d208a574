package shell

import (
	"fmt"
	"runtime"
	"strconv"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/task"
)

// What the kernel has and does: tasks, lines, memory, times.

// tasks lists the tasks, the newest first: so the number of tasks neither makes a turn longer
// nor takes memory, and those of the start are what is above the prompt at the end.
func (m *Shell) tasks(*coro.Ctx, string) error {
	m.Printf("%4s  %-14s %-10s %10s %10s\n", "id", "name", "state", "polls", "wakes")
	var at task.Cursor
	row := func(t task.Info) { m.Printf("%4d  %-14s %-10s %10d %10d\n", t.ID, t.Name, t.State, t.Polls, t.Wakes) }
	for at.Next(linesMost, row) {
	}
	if n := task.Stale(); n != 0 {
		m.Printf("%d uses of handles after the end of their task\n", n)
	}
	return nil
}

func (m *Shell) irqs(*coro.Ctx, string) error {
	m.Printf("%5s  %-10s %10s %10s\n", "line", "name", "count", "spurious")
	irq.Snapshot(0, func(s irq.Stat) bool {
		m.Printf("%5d  %-10s %10d %10d\n", s.Line, s.Name, s.Count, s.Spurious)
		return true
	})
	return nil
}

func (m *Shell) uart(*coro.Ctx, string) error {
	in, port := kernel.SystemConsole()
	out := port.Stat()
	received, stalls := in.Received()
	m.Printf("received %10d bytes, %d stalls, %d overruns, %d framing errors, %d parity errors, %d breaks\n",
		received, stalls, in.Overruns, in.FramingErrors, in.ParityErrors, in.Breaks)
	m.Printf("sent     %10d bytes, %d waits for room, %d bytes by polling, %d given up\n",
		out.Bytes, out.Waits, out.Polled, out.Abandoned)
	return nil
}

// unmask opens a line that is not registered, to see what becomes of it.
func (m *Shell) unmask(_ *coro.Ctx, args string) error {
	n, err := strconv.ParseUint(args, 10, 32)
	if err != nil || n >= irq.Lines {
		return fmt.Errorf("unmask wants the number of a line, 0 to %d, not %q", irq.Lines-1, args)
	}
	irq.Unmask(uint32(n))
	return nil
}

// loadStop ends the goroutine of load on.
var loadStop chan struct{}

func (m *Shell) load(_ *coro.Ctx, args string) error {
	switch {
	case args == "on" && loadStop == nil:
		loadStop = make(chan struct{})
		go allocate(loadStop)
	case args == "off" && loadStop != nil:
		close(loadStop)
		loadStop = nil
	case args == "on" || args == "off":
		return fmt.Errorf("load is %s already", args)
	default:
		return fmt.Errorf("load wants on or off, not %q", args)
	}
	return nil
}

var sink [64][]byte

// allocate keeps the collector busy, and yields as a goroutine does that computes.
func allocate(stop <-chan struct{}) {
	for i := 0; ; i++ {
		sink[i%len(sink)] = make([]byte, 4096)
		if i%200 == 0 {
			select {
			case <-stop:
				clear(sink[:])
				return
			default:
				runtime.Gosched()
			}
		}
	}
}

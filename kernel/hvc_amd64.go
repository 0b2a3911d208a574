//go:build tamago

package main

import (
	"bytes"
	"fmt"
	"os"

	"tamagotake/drivers/virtio"
	"tamagotake/hal"
	"tamagotake/hal/line"
	"tamagotake/rt/task"
)

// The second console: a monitor of its own on a virtio console.

var (
	hvcMonitor     = monitor{out: hvcOutput{}, in: &hvc.Input}
	hvcMonitorTask task.Task[task.None]
)

func hvcMonitorPoll(cx *task.Context, _ *task.None) task.Poll { return hvcMonitor.poll(cx) }

func driveConsole(t *virtio.Transport, e *driven) error {
	if hvc.Present() {
		return fmt.Errorf("%s: there is a virtio console already", t.Name)
	}
	e.name = "hvc"
	first := hvcWaker == (task.Waker{})
	if first {
		hvcWaker = startDriver(&hvcTask, e.name, hvcPoll)
	}
	hvc.Line = e.intr.line
	line.Register(hvc.Line, e.name, e.intr.trigger, hvcWaker)
	if err := hvc.Start(t); err != nil {
		return err
	}
	e.remove = hvc.Remove
	if first {
		start(&executor, &hvcMonitorTask, "monitor2", hvcMonitorPoll)
	}
	return nil
}

// hvcOutput writes to the second console. It waits for room, which the real-time task of
// the device makes meanwhile, and gives up, with an error, when nobody has taken anything
// for a while.
type hvcOutput struct{}

const hvcPatienceNS = 1e9

func (hvcOutput) Write(b []byte) (int, error) {
	text := bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
	until := hal.Now() + hvcPatienceNS
	for len(text) > 0 {
		n, err := hvc.Send(task.Waker{}, text)
		text = text[n:]
		if n > 0 {
			until = hal.Now() + hvcPatienceNS
		}
		if err == nil && hal.Now() > until {
			err = os.ErrDeadlineExceeded
		}
		if err != nil {
			return max(0, len(b)-len(text)), err
		}
	}
	return len(b), nil
}

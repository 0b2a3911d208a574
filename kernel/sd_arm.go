//go:build tamago

package main

import (
	"math"
	"time"

	"tamagotake/drivers/usdhc"
	"tamagotake/hal"
	"tamagotake/hal/arm"
	"tamagotake/hal/line"
	"tamagotake/rt/task"
)

// The SD card slot. Its driver's task is started with the kernel, and reports the card.
var (
	sdHost usdhc.Host
	sdTask task.Task[task.None]
)

func sdStart() {
	base, n, detect, ok := arm.SDSlot()
	if !ok {
		return
	}
	sdHost.Init(usdhc.Config{
		Name: "sd1", Base: base, Line: n, RootHz: arm.SDRootHz, Detect: detect, Four: true,
		Clock:  new(alarmClock),
		Report: func(text string) { theMonitor.printf("\n%s\n", text); theMonitor.prompt() },
	})
	line.Register(n, "sd1", line.Level, start(&executor, &sdTask, "sd1", sdHost.Poll))
	disks = append(disks, &sdHost)
}

// alarmClock is the kernel's clock with one timer of the Go runtime.
type alarmClock struct {
	timer *time.Timer
	waker task.Waker
}

func (c *alarmClock) Now() int64 { return hal.Now() }

func (c *alarmClock) Alarm(atNS int64, w task.Waker) {
	if c.timer == nil {
		c.timer = time.AfterFunc(math.MaxInt64, func() { c.waker.Wake() })
	}
	c.timer.Stop()
	c.waker = w
	if atNS != math.MaxInt64 {
		c.timer.Reset(time.Duration(max(atNS-hal.Now(), 0)))
	}
}

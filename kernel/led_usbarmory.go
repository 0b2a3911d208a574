//go:build tamago && arm && usbarmory

package main

import (
	"strings"

	"tamagotake/hal/arm"
	"tamagotake/rt/task"
)

// The lights: white says that thread level is alive, blue that the kernel has crashed.

const heartbeatNS = 1e9

var (
	heartbeatTask  task.Task[task.None]
	heartbeatClock alarmClock
	heartbeatOff   bool // led white was used
	lit            bool
)

func init() {
	commands = append(commands, command{"led", "NAME ...", "white on|off|beat, or blue on|off", (*monitor).led})
	boardDevices = func() { start(&executor, &heartbeatTask, "heartbeat", heartbeatPoll) }
}

// heartbeatPoll switches the white light every second. It is a task of thread level: one of
// the real-time level would blink on while all else stands still.
func heartbeatPoll(cx *task.Context, _ *task.None) task.Poll {
	if heartbeatOff {
		return task.Pending
	}
	lit = !lit
	arm.LED(arm.LEDWhite, lit)
	heartbeatClock.Alarm(heartbeatClock.Now()+heartbeatNS, cx.Waker())
	return task.Pending
}

func (m *monitor) led(args string) {
	name, what, _ := strings.Cut(args, " ")
	pin := map[string]uint32{"white": arm.LEDWhite, "blue": arm.LEDBlue}[name]
	switch what = strings.TrimSpace(what); {
	case pin == 0 || what != "on" && what != "off" && (what != "beat" || pin != arm.LEDWhite):
		m.printf("led wants white on|off|beat or blue on|off, not %q\n", args)
		return
	case pin == arm.LEDWhite:
		heartbeatOff = what != "beat"
	}
	if what == "beat" {
		heartbeatClock.waker.Wake()
		return
	}
	arm.LED(pin, what == "on")
}

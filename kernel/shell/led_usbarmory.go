//go:build tamago && arm && usbarmory

package shell

import (
	"fmt"
	"strings"

	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// The lights: white says that thread level is alive, blue that the kernel has crashed.

const heartbeatNS = 1e9

var (
	heartbeatTask  task.Task[task.None]
	heartbeatSleep timer.Sleep
	heartbeatWaker task.Waker
	heartbeatOff   bool // led white was used
	lit            bool
)

func init() {
	commands = append(commands, Command{"led", "NAME ...", "white on|off|beat, or blue on|off", (*Shell).led})
	boardStart = func() { kernel.Spawn(kernel.Executor(), &heartbeatTask, "heartbeat", heartbeatPoll) }
}

// heartbeatPoll switches the white light every second. It is a task of thread level: one of
// the real-time level would blink on while all else stands still.
func heartbeatPoll(_ *task.None, cx *task.Context) task.Poll {
	heartbeatWaker = cx.Waker()
	for !heartbeatOff && heartbeatSleep.Poll(cx) == task.Ready {
		lit = !lit
		arm.LED(arm.LEDWhite, lit)
		heartbeatSleep.For(heartbeatNS)
	}
	return task.Pending
}

func (m *Shell) led(_ *coro.Ctx, args string) error {
	name, what, _ := strings.Cut(args, " ")
	pin := map[string]uint32{"white": arm.LEDWhite, "blue": arm.LEDBlue}[name]
	switch what = strings.TrimSpace(what); {
	case pin == 0 || what != "on" && what != "off" && (what != "beat" || pin != arm.LEDWhite):
		return fmt.Errorf("led wants white on|off|beat or blue on|off, not %q", args)
	case pin == arm.LEDWhite:
		heartbeatOff = what != "beat"
	}
	if what == "beat" {
		heartbeatWaker.Wake()
		return nil
	}
	arm.LED(pin, what == "on")
	return nil
}

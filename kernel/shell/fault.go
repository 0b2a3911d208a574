package shell

import (
	"fmt"
	"strings"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The tasks of the fault command.
var (
	faultTask, faultRealtimeTask task.Task[task.None]

	provoked kernel.Provoked
)

const faultUsage = "fault wants nothing, monitor, or rt, timer or uart and then nothing, budget or always"

// fault shows that a fault ends the task it strikes and nothing else.
func (m *Shell) fault(_ *coro.Ctx, args string) error {
	name, how, _ := strings.Cut(args, " ")
	what := map[string]kernel.Fault{"": kernel.FaultOnce, "budget": kernel.FaultBudget, "always": kernel.FaultAlways}[how]
	if what == 0 || how != "" && name != "rt" && name != "timer" && name != "uart" {
		name = "?"
	}
	switch name {
	case "":
		kernel.Spawn(kernel.Executor(), &faultTask, "fault", faultPoll)
	case "rt":
		provoked.Set(what)
		kernel.Spawn(&sched.Normal, &faultRealtimeTask, "fault-rt", faultRealtimePoll)
		provoked.Set(0)
	case "timer", "uart":
		kernel.Provoke(name, what)
	case "monitor":
		m.broken = true // as soon as the shell goes on
	default:
		return fmt.Errorf("%s, not %q", faultUsage, args)
	}
	return nil
}

var nowhere *int

func faultPoll(*task.None, *task.Context) task.Poll {
	*nowhere = 1
	return task.Ready
}

//tamagotake:realtime
func faultRealtimePoll(*task.None, *task.Context) task.Poll {
	provoked.Do()
	return task.Ready
}

//go:build tamago

package devices

import (
	restart "github.com/tamagotake/tamagotake/drivers/supervisor"
	"github.com/tamagotake/tamagotake/drivers/usdhc"
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The SD card slot: its driver, which reports the card, and the supervisor that starts it.
var (
	sdHost       usdhc.Host
	sdSupervisor restart.Supervisor[error]

	sdTask, sdSupervisorTask task.Task[error]
)

func init() { kernel.OnStart(sdStart) }

func sdStart() {
	base, line, detect, ok := arm.SDSlot()
	if !ok {
		return
	}
	sdHost.Init(usdhc.Config{
		Name: "sd1", Base: base, Line: line, RootHz: arm.SDRootHz, Detect: detect, Four: true,
		Report: func(text string) { kernel.Report(text + "\n") },
	})
	sdSupervisor.Name = "sd1"
	sdSupervisor.Start = func(*coro.Ctx) (task.JoinHandle[error], error) {
		return sched.Spawn(kernel.Executor(), &sdTask, sdBuilder, coro.Func(sdHost.Serve))
	}
	j, err := sched.Spawn(kernel.Executor(), &sdSupervisorTask, task.Named("sd1-super"), coro.Func(sdSupervisor.Run))
	if err != nil {
		panic("cannot start task sd1-super: " + err.Error())
	}
	j.Detach()
	kernel.AddDisk(&sdHost)
}

var sdBuilder = task.Named("sd1")

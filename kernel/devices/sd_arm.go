//go:build tamago

package devices

import (
	"errors"

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

func init() { kernel.Register(kernel.Match{Address: arm.SDBase}, startSD) }

// startSD drives the card slot. The driver registers the line by itself, in each of its lives.
func startSD(found *kernel.Device) (kernel.Driving, error) {
	const name = "sd1"
	detect, ok := arm.SDSlot()
	if !ok {
		return kernel.Driving{}, errors.New("this board has no card slot")
	}
	sdHost.Init(usdhc.Config{
		Name: name, Base: found.Address, Line: found.Line, RootHz: found.Hz, Detect: detect, Four: true,
		Report: func(text string) { kernel.Report(text + "\n") },
	})
	sdSupervisor.Name = name
	sdSupervisor.Start = func(*coro.Ctx) (task.JoinHandle[error], error) {
		return sched.Spawn(kernel.Executor(), &sdTask, sdBuilder, coro.Func(sdHost.Serve))
	}
	j, err := sched.Spawn(kernel.Executor(), &sdSupervisorTask, task.Named("sd1-super"), coro.Func(sdSupervisor.Run))
	if err != nil {
		return kernel.Driving{}, err
	}
	j.Detach()
	kernel.AddDisk(&sdHost)
	return kernel.Driving{Name: name}, nil
}

var sdBuilder = task.Named("sd1")

//go:build tamago

package shell

import (
	"errors"

	"github.com/tamagotake/tamagotake/drivers/tempmon"
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The temp command looks at the sensor every two milliseconds, some times.
const (
	tempEveryNS  = 2e6
	tempTriesMax = 50
)

var (
	tempTask    task.Task[tempResult]
	tempBuilder = task.Named("temp")
)

type tempResult struct {
	milli int32
	err   error
}

func tempBody(c *coro.Ctx) (r tempResult) {
	base, fuses, err := arm.Temperature()
	var sensor tempmon.Sensor
	if err == nil {
		err = sensor.Init(base, fuses)
	}
	if err != nil {
		return tempResult{err: err}
	}
	sensor.Start()
	defer sensor.Stop()
	for range tempTriesMax {
		if milli, done := sensor.Read(); done {
			return tempResult{milli: milli}
		}
		c.Sleep(tempEveryNS)
	}
	return tempResult{err: errors.New("the sensor does not answer")}
}

func (m *Shell) temp(string) {
	j, err := sched.Spawn(kernel.Executor(), &tempTask, tempBuilder, coro.Func(tempBody))
	if err != nil {
		m.printf("temp: %v\n", err)
		return
	}
	m.later(func(cx *task.Context) bool {
		if j.Poll(cx) == task.Pending {
			return false
		}
		r, err := j.Take()
		switch {
		case err != nil:
			m.printf("temp: %v\n", err)
		case r.err != nil:
			m.printf("temp: %v\n", r.err)
		default:
			m.printf("%s degrees Celsius\n", tempmon.Text(r.milli))
		}
		return true
	}, func() {
		j.Cancel()
		j.Detach()
	})
}

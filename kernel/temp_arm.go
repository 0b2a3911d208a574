//go:build tamago

package main

import (
	"tamagotake/drivers/tempmon"
	"tamagotake/hal/arm"
	"tamagotake/rt/sched"
	"tamagotake/rt/task"
)

func init() {
	commands = append(commands, command{"temp", "", "temperature of the chip", (*monitor).temp})
}

// The task of the temp command looks at the sensor every two milliseconds, some times.
var (
	tempTask    task.Task[task.None]
	tempBuilder = task.Named("temp")
	tempClock   alarmClock
)

const (
	tempEveryNS  = 2e6
	tempTriesMax = 50
)

func (m *monitor) temp(string) {
	base, fuses, err := arm.Temperature()
	var sensor tempmon.Sensor
	if err == nil {
		err = sensor.Init(base, fuses)
	}
	if err != nil {
		m.printf("temp: %v\n", err)
		return
	}
	tries := 0
	j, err := sched.Spawn(&executor, &tempTask, tempBuilder, func(cx *task.Context, _ *task.None) task.Poll {
		if tries++; tries == 1 {
			sensor.Start()
		}
		if tries > tempTriesMax {
			sensor.Stop()
			m.printf("\ntemp: the sensor does not answer\n")
			m.prompt()
			return task.Ready
		}
		if milli, done := sensor.Read(); done {
			m.printf("\n%s degrees Celsius\n", tempmon.Text(milli))
			m.prompt()
			return task.Ready
		}
		tempClock.Alarm(tempClock.Now()+tempEveryNS, cx.Waker())
		return task.Pending
	})
	if err != nil {
		m.printf("temp: being measured already\n")
		return
	}
	j.Detach()
}

//go:build tamago

package main

import (
	"tamagotake/drivers/tempmon"
	"tamagotake/hal/arm"
	"tamagotake/rt/task"
)

// The temp command looks at the sensor every two milliseconds, some times.
const (
	tempEveryNS  = 2e6
	tempTriesMax = 50
)

var tempClock alarmClock

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
	sensor.Start()
	tries := 0
	m.later = func(w task.Waker) bool {
		if milli, done := sensor.Read(); done {
			m.printf("%s degrees Celsius\n", tempmon.Text(milli))
			return true
		}
		if tries++; tries > tempTriesMax {
			sensor.Stop()
			m.printf("temp: the sensor does not answer\n")
			return true
		}
		tempClock.Alarm(tempClock.Now()+tempEveryNS, w)
		return false
	}
}

//go:build tamago

package shell

import (
	"errors"
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/drivers/tempmon"
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/rt/coro"
)

// The temp command looks at the sensor every two milliseconds, some times.
const (
	tempEvery    = 2 * time.Millisecond
	tempTriesMax = 50
)

func (m *Shell) temp(c *coro.Ctx, _ string) error {
	base, fuses, err := arm.Temperature()
	var sensor tempmon.Sensor
	if err == nil {
		err = sensor.Init(base, fuses)
	}
	if err != nil {
		return fmt.Errorf("temp: %w", err)
	}
	sensor.Start()
	defer sensor.Stop()
	for range tempTriesMax {
		if milli, done := sensor.Read(); done {
			m.Printf("%s degrees Celsius\n", tempmon.Text(milli))
			return nil
		}
		c.Sleep(tempEvery)
	}
	return errors.New("temp: the sensor does not answer")
}

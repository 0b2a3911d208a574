//go:build !tamago

package cmosrtc_test

import (
	"time"

	"github.com/tamagotake/tamagotake/drivers/cmosrtc"
	"github.com/tamagotake/tamagotake/rt/coro"
)

// nextSecond waits for the beginning of the clock's next second, and returns the date.
func nextSecond(c *coro.Ctx, clock *cmosrtc.Clock) (time.Time, error) {
	clock.Updates(true)
	defer clock.Updates(false)
	clock.Take() // what was not taken of an earlier time
	c.Await(clock.Events())
	return clock.Read()
}

var _ = nextSecond

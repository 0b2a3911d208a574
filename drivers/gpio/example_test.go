package gpio_test

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/gpio"
	"github.com/tamagotake/tamagotake/rt/coro"
)

// follow switches a light on and off with each press of a button.
func follow(c *coro.Ctx, button, light gpio.Pin) error {
	presses, err := button.Listen(gpio.Rising)
	if err != nil {
		return err
	}
	if err := light.Output(false); err != nil {
		return err
	}
	for on := false; ; {
		c.Await(&presses)
		n, err := presses.Take()
		if err != nil {
			return err // the pin was released
		}
		if n%2 == 1 {
			on = !on
			light.Set(on)
		}
	}
}

func ExampleParse() {
	fmt.Println(gpio.Parse("4.21"))
	_ = follow
	// Output: 4 21 <nil>
}

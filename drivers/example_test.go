package drivers_test

import (
	"errors"
	"fmt"

	"github.com/tamagotake/tamagotake/drivers"
)

func ExampleError() {
	err := fmt.Errorf("cannot read: %w", &drivers.Error{Device: "sd1", Register: "STATUS", Value: 0x82, Err: drivers.ErrFailed})
	fmt.Println(err)
	fmt.Println(errors.Is(err, drivers.ErrFailed))
	// Output:
	// cannot read: sd1: STATUS 0x82: the device reports an error
	// true
}

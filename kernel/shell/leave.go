package shell

import (
	"fmt"
	"os"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// How the kernel ends.

func (m *Shell) reboot(*coro.Ctx, string) error {
	m.Printf("rebooting\n")
	m.drain()
	kernel.Reboot()
	return nil
}

func (m *Shell) halt(*coro.Ctx, string) error {
	m.Printf("halting\n")
	m.drain()
	kernel.Halt()
	return nil
}

func (m *Shell) crash(_ *coro.Ctx, args string) error {
	if args != "" && args != "after" {
		return fmt.Errorf("crash wants nothing, or after, not %q", args)
	}
	go func() {
		if args != "" {
			platform.MaskInterrupts() // so that the lines are still with the driver
			for i := range 100 {
				fmt.Fprintf(os.Stdout, "line %d before the crash\n", i)
			}
		}
		var p *int
		*p = 1
	}()
	select {} // the shell prints nothing more
}

//go:build tamago

// Command command is a kernel whose shell knows two commands more.
package main

import (
	"errors"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell"
	"github.com/tamagotake/tamagotake/rt/coro"
)

func greet(s *shell.Shell, _ *coro.Ctx, name string) error {
	s.Printf("hello, %s\n", name)
	return nil
}

func count(s *shell.Shell, c *coro.Ctx, _ string) error {
	for i := range 3 {
		c.Sleep(100 * time.Millisecond)
		s.Printf("%d\n", i+1)
	}
	return errors.New("count: there is no four")
}

func main() {
	shell.Add(
		shell.Command{Name: "greet", Args: "NAME", Help: "greet NAME", Run: greet},
		shell.Command{Name: "count", Help: "count to three, a tenth of a second each", Run: count},
	)
	kernel.Start(kernel.Config{})
	shell.Start()
	kernel.Run()
}

//go:build tamago

// Command command is a kernel whose shell knows two commands more.
package main

import (
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell"
	"github.com/tamagotake/tamagotake/rt/coro"
)

func main() {
	shell.Add(
		shell.Command{Name: "greet", Args: "NAME", Help: "greet somebody", Run: func(s *shell.Shell, name string) {
			s.Printf("hello, %s\n", name)
		}},
		shell.Command{Name: "count", Help: "count to three, a tenth of a second each", Run: func(s *shell.Shell, _ string) {
			s.Go("count", func(c *coro.Ctx) error {
				for i := range 3 {
					c.Sleep(100 * time.Millisecond)
					s.Printf("%d\n", i+1)
				}
				return fmt.Errorf("there is no four")
			})
		}},
	)
	kernel.Start(kernel.Config{})
	shell.Start()
	kernel.Run()
}

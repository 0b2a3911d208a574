package watchdog_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/tamagotake/tamagotake/drivers/watchdog"
)

// guard is a watchdog that can do 4, 8 or 16 s, and cannot be stopped.
type guard struct{ running bool }

func (g *guard) Start(timeout time.Duration) (actual time.Duration, err error) {
	if g.running {
		return 0, fmt.Errorf("guard: %w", watchdog.ErrRunning)
	}
	for actual = 4 * time.Second; actual < timeout; actual *= 2 {
	}
	if actual > 16*time.Second {
		return 0, fmt.Errorf("guard: %w", watchdog.RangeError{Least: 4 * time.Second, Most: 16 * time.Second})
	}
	g.running = true
	return actual, nil
}

func (g *guard) Feed() {}

func (g *guard) Stop() error { return fmt.Errorf("guard: %w", watchdog.ErrNoStop) }

func ExampleFeeder() {
	var f watchdog.Feeder
	fmt.Println(f.Start(&guard{}, time.Minute, 0))
	fmt.Println(f.Start(&guard{}, 5*time.Second, 0))
	f.Feed(int64(time.Second)) // once a second, by the kernel's task
	fmt.Println(f.Stat())
	fmt.Println(errors.Is(f.Stop(), watchdog.ErrNoStop))
	// Output:
	// guard: can wait from 4s to 16s
	// <nil>
	// 8s 1 1000000000
	// true
}

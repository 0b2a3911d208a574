package kernel

import (
	"slices"
	"time"

	"github.com/tamagotake/tamagotake/drivers/watchdog"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// The watchdog's supervisor; see package watchdog. Its task is woken when a watchdog is started,
// and once a second for as long as one is on.
var (
	feeder      watchdog.Feeder
	feederTask  task.Task[task.None]
	feederWaker task.Waker
	meals       timer.Interval
	mealsOn     bool
)

func feederPoll(_ *task.None, cx *task.Context) task.Poll {
	if timeout, _, _ := feeder.Stat(); timeout == 0 {
		meals.Stop()
		mealsOn = false
		return task.Pending
	}
	if !mealsOn {
		mealsOn = true
		meals.Every(watchdog.FeedEvery)
	}
	for meals.Poll(cx) == task.Ready {
		feeder.Feed(platform.Now())
	}
	return task.Pending
}

// NamedDog is a watchdog of the machine.
type NamedDog struct {
	Name string
	watchdog.Dog
	Hidden bool // it cannot be told whether it is there: it must be named
}

var (
	dogs   []NamedDog
	bitten bool
)

// Watchdogs returns the watchdogs of the machine, and whether one has ended the run before this.
// The first is the one that is meant if none is named.
func Watchdogs() (list []NamedDog, hasBitten bool) { return dogs, bitten }

// AddWatchdog makes a watchdog known that was found, and says whether it has ended the run before
// this. Thread level.
func AddWatchdog(name string, dog watchdog.Dog, hasBitten bool) {
	i := slices.IndexFunc(dogs, func(d NamedDog) bool { return d.Hidden })
	if i < 0 {
		i = len(dogs)
	}
	dogs = slices.Insert(dogs, i, NamedDog{name, dog, false})
	bitten = bitten || hasBitten
}

// Watchdog returns what feeds the watchdog, to ask it or to stop it.
func Watchdog() *watchdog.Feeder { return &feeder }

// StartWatchdog has the watchdog end the run when it was not fed for timeout. The
// kernel feeds it as long as its thread tasks are polled. The errors are those of the watchdog.
func StartWatchdog(dog watchdog.Dog, timeout time.Duration) error {
	err := feeder.Start(dog, timeout, platform.Now())
	feederWaker.Wake()
	return err
}

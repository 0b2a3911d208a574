//go:build tamago

// Command application is an image that uses package kernel as an application does, also wrongly.
//
//	order      what must come after Start is refused before it, and a second Start; negative times
//	errors     the error of a task is reported, and what it was started with is used again
//	reports    a report is printed although the function that Notify was given panics
//	essential  a task that ends by itself although it is essential is started again
//	budget     one that the timer cannot count is cut, and that is said
//
// It says what it has found line by line, "ok" or "FAILED" first, and switches the machine
// off. The test beside it reads that.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

type nothing struct{}

//tamagotake:realtime
func (*nothing) Poll(*task.Context) task.Poll { return task.Ready }

func main() {
	fmt.Printf("application, %s %s\n", runtime.Version(), runtime.GOARCH)
	for name, f := range map[string]func(){
		"Realtime": func() { kernel.Realtime("early", new(nothing), (*nothing).Poll) },
		"Go":       func() { kernel.Go("early", func(*coro.Ctx) error { return nil }) },
		"Run":      kernel.Run,
		"negative": func() { kernel.Start(kernel.Config{Budget: -1}) },
	} {
		refuses(name, f)
	}
	var reported []string
	kernel.Notify(func(text string) { reported = append(reported, text) })
	kernel.Start(kernel.Config{Quiet: true, Budget: time.Hour})
	said := strings.Join(reported, "")
	check.Report(strings.Contains(said, "and not 1h0m0s: the machine's timer counts no further"), "the budget: %q", said)
	refuses("a second time", func() { kernel.Start(kernel.Config{}) })
	refuses("OnStart", func() { kernel.OnStart(func() {}) })

	kernel.Go("checks", func(c *coro.Ctx) error {
		checks(c, &reported)
		fmt.Println("end")
		kernel.Halt()
		return nil
	})
	kernel.Run()
}

// refuses reports whether f panics with a line that names it.
func refuses(name string, f func()) {
	defer func() {
		text, _ := recover().(string)
		check.Report(strings.HasPrefix(text, "kernel: ") && strings.Contains(text, name), "%s: %q", name, text)
	}()
	f()
}

var essential task.Task[task.None]

func checks(c *coro.Ctx, reported *[]string) {
	// Errors, and slots that are used again.
	*reported = nil
	kernel.Go("fails", func(*coro.Ctx) error { return errors.New("on purpose") })
	c.Sleep(time.Millisecond)
	text := strings.Join(*reported, "")
	check.Report(strings.HasPrefix(text, "task ") && strings.HasSuffix(text, " fails: on purpose\n"), "the error of a task: %q", text)
	tasks := func() int { return len(task.List()) }
	before := tasks()
	for range 100 {
		kernel.Go("short", func(*coro.Ctx) error { return nil })
		c.Sleep(100 * time.Microsecond)
	}
	check.Report(tasks() <= before+1, "%d tasks are known, and %d after a hundred more", before, tasks())

	// Reports that panic.
	kernel.Notify(func(string) { panic("in a report") })
	kernel.Go("panics", func(*coro.Ctx) error { panic("the first") })
	c.Sleep(time.Second)
	kernel.Go("panics", func(*coro.Ctx) error { panic("the second") })
	c.Sleep(time.Second)
	kernel.Notify(nil)
	kernel.Report("ok reports go to standard output again\n")

	// Essential.
	var lives int
	kernel.Essential("mortal", func() (task.JoinHandle[task.None], error) {
		lives++
		return sched.Spawn(kernel.Executor(), &essential, task.Named("mortal"), func(*task.None, *task.Context) task.Poll {
			if lives < 3 {
				return task.Ready
			}
			return task.Pending
		})
	})
	c.Sleep(time.Second)
	check.Report(lives == 3, "an essential task that ended by itself twice has %d lives", lives)
}

//go:build tamago

// Command sealed is an image, verified and sealed as the kernel is, whose program tries to get
// around what that proves, and panics where interrupts are masked.
//
//	polls      an unmarked poll function is refused, whatever the task is spawned on
//	methods    a marked method polls the state that its task was spawned with
//	undos      an unmarked undo function is refused when it is registered
//	kept       what an open wait of a thread task needs is kept from the collector
//	masked     a panic or a fault in a masked section is contained, and the section is over
//
// It says what it has found line by line, "ok" or "FAILED" first, and switches the machine
// off. The test beside it reads that.
package main

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var executor sched.Executor

func main() {
	fmt.Printf("sealed, %s %s\n", runtime.Version(), runtime.GOARCH)
	polls()
	methods()
	undos()
	kept()
	masked()
	fmt.Println("end")
	machine.Halt()
}

// motors is a place of the program's own for real-time tasks.
type motors struct{ *sched.Priority }

var (
	goodTask, closureTask task.Task[task.None]

	closures uint32
)

//tamagotake:realtime
func goodPoll(*task.None, *task.Context) task.Poll { return task.Ready }

// polls: a closure has no mark, so it must be spawned nowhere as a real-time task.
func polls() {
	closure := func(*task.None, *task.Context) task.Poll { closures++; return task.Ready }
	var pool task.Pool[task.None]
	pool.Init(make([]task.Task[task.None], 2))
	for name, spawn := range map[string]func(task.Func[task.None]) (task.JoinHandle[task.None], error){
		"a priority": func(f task.Func[task.None]) (task.JoinHandle[task.None], error) {
			return sched.Spawn(&sched.Urgent, new(task.Task[task.None]), nil, f)
		},
		"a type that embeds one": func(f task.Func[task.None]) (task.JoinHandle[task.None], error) {
			return sched.Spawn(motors{&sched.Urgent}, new(task.Task[task.None]), nil, f)
		},
		"a pool": func(f task.Func[task.None]) (task.JoinHandle[task.None], error) {
			return sched.SpawnIn(motors{&sched.Normal}, &pool, nil, f)
		},
		"one's own": func(f task.Func[task.None]) (task.JoinHandle[task.None], error) {
			return sched.SpawnIn(new(sched.Priority), &closureTask, nil, f)
		},
	} {
		j, err := spawn(closure)
		check.Report(errors.Is(err, task.ErrUnverified) && closures == 0, "unmarked on %s: %v, polled %d times", name, err, closures)
		j.Detach()
	}
	j, err := sched.Spawn(motors{&sched.Urgent}, &goodTask, nil, goodPoll)
	check.Report(err == nil && j.Done(), "marked on a type that embeds a priority: %v", err)
	j.Detach()
}

var (
	grown  []byte
	undone uint32
	waitOf task.Wait
	undoOf task.Undo

	unmasked     uintptr // the interrupt flag at thread level
	undoneMasked bool

	waitTask task.Task[task.None]
)

// grows is an undo function without a mark: it allocates.
func grows(*task.Wait) { grown = append(grown, 1) }

// counts tries to unmask interrupts, where the executor runs.
//
//tamagotake:undo
//go:nosplit
func counts(*task.Wait) {
	undone++
	platform.RestoreInterrupts(unmasked)
	undoneMasked = platform.MaskInterrupts()&machine.InterruptFlag != unmasked
}

//tamagotake:realtime
func waitPoll(_ *task.None, cx *task.Context) task.Poll {
	waitOf.Open(cx, undoOf)
	return task.Pending
}

// undos: what is not verified does not come so far that a task could wait with it.
func undos() {
	_, err := task.NewUndo(grows)
	check.Report(errors.Is(err, task.ErrUnverifiedUndo), "an unmarked undo function: %v", err)
	_, err = task.NewUndo(func(*task.Wait) { undone++ })
	check.Report(errors.Is(err, task.ErrUnverifiedUndo), "a closure that undoes: %v", err)

	j, err := sched.Spawn(&sched.Normal, &waitTask, nil, waitPoll)
	if err != nil {
		check.Report(false, "%v", err)
		return
	}
	_, err = j.Take()
	var f *task.FaultError
	check.Report(errors.As(err, &f) && !waitOf.IsOpen(), "a wait without a function that undoes it: %v", err)

	unmasked = flag()
	if undoOf, err = task.NewUndo(counts); err != nil {
		check.Report(false, "%v", err)
		return
	}
	j, err = sched.Spawn(&sched.Normal, &waitTask, nil, waitPoll)
	open := waitOf.IsOpen()
	j.Cancel()
	_, end := j.Take()
	check.Report(err == nil && open && undone == 1 && end == task.ErrCancelled, "a marked undo function: %v, %v, undone %d times", err, end, undone)
	check.Report(undoneMasked && flag() == unmasked, "interrupts are masked in an undo function: %v", undoneMasked)
}

//go:build tamago

// Command abort is an image that ends real-time polls at every one of their instructions, by
// their budget, and looks at what is left.
//
//	round k   budget = k instructions
//	          the victim, a real-time task, does the thing under trial   |..k..ended
//	          census: all tasks are polled when they are woken, queues are consistent, each
//	          wait is over or in its list, permits add up, both executors and the timer live
//	round k+1 ...                                  until the victim comes to its end
//
// It needs QEMU with one instruction to a nanosecond. Then each trial is done again with an
// interrupt due at each instruction, which wakes a task of the same queue; and then polls do
// random things until a random budget ends them.
//
//	wakes.go  wake, cancel, ring            sync.go   each operation of rt/tasksync
//	timer.go  sleeps and turns of rt/timer  random.go what is random
//
// It says what it has found line by line, "ok" or "FAILED" first, and switches the machine
// off. The test beside it reads that, and ends the machine where the short form is over. It is verified and sealed as the kernel is.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

func main() {
	fmt.Printf("abort, %s %s\n", runtime.Version(), runtime.GOARCH)
	begin()
	var others []trial
	others = append(others, syncTrials...)
	others = append(others, timerTrials...)
	each(wakeTrials, sweep)
	each(others, sweep)
	each(wakeTrials, nest)
	fmt.Printf("short: %d instructions, %d aborts, %d interrupts, %d lost\n", total.swept, total.aborts, total.nested, total.lost)
	random(randomShort)
	each(others, nest)
	fmt.Printf("sweep: %d instructions, %d aborts, %d interrupts, %d lost\n", total.swept, total.aborts, total.nested, total.lost)
	random(randomLong)
	fmt.Println("end")
	machine.Halt()
}

func each(all []trial, do func(*trial)) {
	for i := range all {
		do(&all[i])
	}
}

// total is over all trials.
var total struct{ swept, aborts, nested, lost int }

// trial is one thing that a poll does.
type trial struct {
	name string
	act  int // for perform

	prepares bool   // the victim's first poll prepares, and only the next is ended: see prepare
	between  func() // after that, before the next
	grant    func() // what wakes the victim then, if it is not just woken
	setup    func()
	check    func() string     // what is lost, "" for nothing
	cleanup  func() string     // brings all to its end, and says what is still there
	partner  func() task.Waker // what the nested interrupt wakes

	instructions int // that sweep has found
}

var (
	victimTask task.Task[task.None]

	act                int
	prepares, prepared bool
	finished           bool
	nested             int64 // instructions to the interrupt, 0 for none
	victimWaker        task.Waker
)

// victimPoll is what is ended.
//
//tamagotake:realtime
func victimPoll(_ *task.None, cx *task.Context) task.Poll {
	if prepares && !prepared {
		prepared = true
		prepare(cx)
		return task.Pending
	}
	if nested != 0 {
		platform.SetAlarm(soon(nested))
	}
	perform(cx)
	finished = true
	return task.Ready
}

// sweepMax bounds a sweep, which ends when the victim comes to its end.
const sweepMax = 20_000

// sweep ends the victim at one instruction after the other. Where interrupts are masked it is
// ended when they are enabled, so as many times in a row at the same place as it had
// instructions to go.
func sweep(t *trial) {
	aborts, before, masked, maskedMax := 0, uintptr(0), 0, 1
	for k := int64(1); k < sweepMax; k++ {
		aborted, pc, what := t.round(k, 0)
		if pc == before {
			masked++
			maskedMax = max(maskedMax, masked)
		} else {
			before, masked = pc, 1
		}
		if what != "" {
			t.failed(k, what)
			return
		}
		if !aborted {
			t.instructions = int(k)
			total.swept += int(k)
			total.aborts += aborts
			fmt.Printf("ok %s: %d instructions, %d aborts, masked for %d at most\n", t.name, k, aborts, maskedMax)
			return
		}
		aborts++
	}
	t.failed(sweepMax, "the victim does not come to its end")
}

// nest has an interrupt come at one instruction after the other. Where the machine can set an
// alarm and bound a poll at the same time the victim is ended soon after it as well.
func nest(t *trial) {
	aborts := 0
	for k := int64(1); k < int64(t.instructions)+50; k++ {
		budget := int64(0)
		if runtime.GOARCH == "arm" {
			budget = nestedAfter + k + int64(k*7%64)
		}
		aborted, _, what := t.round(budget, k)
		if what != "" {
			t.failed(k, "with an interrupt: "+what)
			return
		}
		if aborted {
			aborts++
		}
		total.nested++
	}
	total.aborts += aborts
	fmt.Printf("ok %s: %d interrupts, %d aborts\n", t.name, t.instructions+49, aborts)
}

// partnerWaker is of a task that has to do with what the victim does, if there is one.
func (t *trial) partnerWaker() task.Waker {
	if t.partner == nil {
		return threadProbe.waker
	}
	return t.partner()
}

// failed says what was lost. Nothing that comes afterwards would be worth much.
func (t *trial) failed(k int64, what string) {
	fmt.Printf("FAILED %s, instruction %d: %s\n", t.name, k, what)
	total.lost++
	os.Exit(1)
}

// round is one, and says where the victim was ended and what was lost.
func (t *trial) round(budget, interrupt int64) (aborted bool, pc uintptr, lost string) {
	t.setup()
	if interrupt != 0 {
		registerTimer(t.partnerWaker())
	}
	act, prepares, prepared, finished, nested = t.act, t.prepares, false, false, interrupt
	if !prepares {
		setBudget(budget)
	}
	j, err := sched.Spawn(&sched.Normal, &victimTask, nil, victimPoll)
	if err != nil {
		return false, 0, err.Error()
	}
	if prepares {
		victimWaker = j.Waker()
		if t.between != nil {
			t.between()
		}
		saved := platform.MaskInterrupts() // so that the victim is polled when all is ready
		setBudget(budget)
		if t.grant != nil {
			t.grant()
		} else {
			victimWaker.Wake()
		}
		platform.RestoreInterrupts(saved)
	}
	setBudget(0)
	if !j.Done() {
		return false, 0, "the victim is not over: the real-time executor does not run"
	}
	_, err = j.Take()
	var fault *task.FaultError
	if aborted = errors.As(err, &fault); aborted {
		pc = fault.PC
	} else if !finished {
		return aborted, 0, "the victim was not ended, and has not come to its end"
	}
	if interrupt != 0 {
		awaitTimer()
		registerTimer(timerProbe.waker)
	}
	if lost = census(); lost == "" {
		lost = t.check()
	}
	if lost == "" && t.cleanup != nil {
		lost = t.cleanup()
	}
	return aborted, pc, lost
}

// nestedAfter is how many instructions there are, at least, from where a poll's time begins to where
// that of the alarm does. On amd64 one timer bounds a poll or interrupts at a time.
const nestedAfter = 100

// setBudget bounds polls to so many instructions, 0 for no bound.
func setBudget(n int64) { machine.SetBudget(n * machine.InstructionNS) }

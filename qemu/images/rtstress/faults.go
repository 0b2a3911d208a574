//go:build tamago

package main

//lint:file-ignore U1000 what is bad on purpose
//lint:file-ignore SA5002 what is bad on purpose
//lint:file-ignore SA5007 what is bad on purpose

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unsafe"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// What the bad tasks use; the compiler must not know any of it.
var (
	nowhere  *int
	words    [4]int
	zero     int
	beyond   = 9
	table    map[int]int
	channel  chan int
	grown    []int
	anything any
	wild     uintptr = machine.Unmapped
)

type bad struct {
	name string
	want string // in the error
	poll func()
}

var bads = []bad{
	{"nil dereference", "nil pointer 0x0, in main.", func() { *nowhere = 1 }},
	{"wild pointer", "bad address 0x", func() { **(**int)(unsafe.Pointer(&wild)) = 1 }},
	{"index out of range", "index out of range, in main.", func() { words[beyond]++ }},
	{"division by zero", "division by zero, in main.", func() { words[0] = 1 / zero }},
	{"panic", "panic, in main.", func() { panic("on purpose") }},
	{"stack overflow", "stack overflow, in main.", func() { words[0] = recurse(1) }},
	{"allocation", "allocation, in main.", func() { nowhere = new(int); anything = nowhere }},
	{"slice growth", "in main.", func() { grown = append(make([]int, 0, beyond), words[:]...) }},
	{"map write", "in main.", func() { table[beyond] = 1 }},
	{"channel", "in main.", func() { channel <- 1 }},
	{"goroutine", "in main.", func() { go recurse(beyond) }},
	{"sleep", "in main.", func() { runtime.Gosched() }},
	{"endless loop", "poll exceeded its budget, in main.", func() {
		for zero == 0 {
		}
	}},
}

func recurse(n int) int {
	var room [16]int
	room[n%16] = recurse(n + 1)
	return room[(n+1)%16]
}

const (
	faultsEach  = 1000
	faultBudget = 300e3 // ns
)

var (
	victim, witness task.Task[task.None]
	armed           bool
	badPoll         func()
	witnessed       int
)

// victimPoll waits for the timer, and then does what is bad.
func victimPoll(*task.None, *task.Context) task.Poll {
	if !armed {
		armed = true
		return task.Pending
	}
	badPoll()
	return task.Pending
}

// faults has each fault strike many times, each time somewhere in a goroutine that keeps
// the collector busy. Its task ends, its joiner is told, and all else goes on.
func faults() {
	stop := false
	go func() {
		for !stop {
			runtime.GC()
			runtime.Gosched()
		}
	}()
	other, _ := sched.Spawn(&sched.Urgent, &witness, task.Named("witness"), func(*task.None, *task.Context) task.Poll {
		witnessed++
		return task.Pending
	})
	machine.SetBudget(faultBudget)
	before := sched.Faults()
	for _, b := range bads {
		badPoll = b.poll
		failed := ""
		text := ""
		for n := 0; n < faultsEach && failed == ""; n++ {
			armed = false
			j, err := sched.Spawn(&sched.Normal, &victim, task.Named("victim"), victimPoll)
			if err != nil {
				failed = err.Error()
				break
			}
			irq.Unregister(machine.LineTimer) // it was another task's
			irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
			after(500, 20000)
			for i := 0; !j.Done() && i < 1e5; i++ {
				garbage[i%len(garbage)] = make([]byte, 64+i%2000)
				if i%16 == 0 {
					runtime.Gosched()
				}
			}
			_, err = j.Take()
			var f *task.FaultError
			if text = fmt.Sprint(err); !errors.As(err, &f) || !strings.Contains(text, b.want) {
				failed = fmt.Sprintf("the joiner was told %q", text)
			}
			other.Waker().Wake()
		}
		check.Report(failed == "", "%s, %d times: %s %s", b.name, faultsEach, text, failed)
	}
	stop = true
	got := sched.Faults() - before
	check.Report(got == uint64(len(bads)*faultsEach), "%d faults of %d were counted", got, len(bads)*faultsEach)
	check.Report(witnessed == 1+len(bads)*faultsEach, "the other task was polled %d times", witnessed)
	machine.SetBudget(0)
	clear(garbage[:])
	runtime.GC()
}

var garbage [64][]byte

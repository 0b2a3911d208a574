//go:build tamago

package main

//lint:file-ignore U1000 machine_ARCH.s uses these

import (
	"math"
	"runtime"
	"slices"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// How long interrupts are masked: that is how late the entry of an interrupt is reached
// which is due where they are. So each thing that masks them is done again and again, with
// the timer due one instruction later each time, until it has been due at every one of its
// instructions, and the time from due to the first instruction of the entry is the figure.
//
//	           do it ------------------------------>
//	round k        |..k..due
//	                      |--masked--|entry
//
// The entry is noted by code that is put before it for this part of the run alone.

// entries are when the entry was reached, the last eight times, and how often.
var entries struct {
	at    [8]uint64
	count uint32
}

var (
	quietTask, oneTask, otherTask, waitingTask, faultyTask task.Task[task.None]

	timerPolls, waitingPolls uint32

	oneWaker, otherWaker, waitingWaker, faultyWaker task.Waker

	faulty      task.JoinHandle[task.None]
	faultyPolls int
	nowhere     *int
)

// pending makes a poll function of what it is to do.
func pending(f func()) task.Func[task.None] {
	return func(*task.None, *task.Context) task.Poll {
		f()
		return task.Pending
	}
}

func faultyPoll(*task.None, *task.Context) task.Poll {
	if faultyPolls++; faultyPolls > 1 {
		*nowhere = 1
	}
	return task.Pending
}

// spawnFaulty takes the result of the last life and starts another.
func spawnFaulty() {
	faulty.Take()
	faultyPolls = 0
	faulty, _ = sched.Spawn(&sched.Normal, &faultyTask, nil, faultyPoll)
	faultyWaker = faulty.Waker()
	waitingWaker.Wake() // so that there is a joiner to be woken
	settle()
}

// settle lets the executor of the thread tasks run, and park.
func settle() {
	for range 20 {
		runtime.Gosched()
	}
}

func masked() {
	quiet, _ := sched.Spawn(&sched.Normal, &quietTask, nil, pending(func() {
		timerPolls++
		if waiting {
			platform.Unpark(doneParker)
		}
	}))
	one, _ := sched.Spawn(&sched.Normal, &oneTask, nil, pending(func() { onePoll() }))
	other, _ := sched.Spawn(&sched.Urgent, &otherTask, nil, pending(func() {}))
	thread, _ := sched.Spawn(&executor, &waitingTask, nil, func(_ *task.None, cx *task.Context) task.Poll {
		waitingPolls++
		faulty.Poll(cx)
		return task.Pending
	})
	oneWaker, otherWaker, waitingWaker = one.Waker(), other.Waker(), thread.Waker()
	settle()
	irq.Unregister(lineTimer) // it was another task's
	irq.Register(lineTimer, "timer", irq.Edge, quiet.Waker())
	irq.Register(lineOne, "one", irq.Edge, oneWaker)
	irq.Register(lineOther, "other", irq.Edge, otherWaker)
	irq.Unmask(lineOne)
	irq.Unmask(lineOther)
	noteEntries()

	nothing := func() {}
	sweep("interrupt", nothing, func() { send(lineOne) }, nothing)
	sweep("wake", nothing, func() { oneWaker.Wake() }, nothing)
	onePoll = func() { otherWaker.Wake() }
	sweep("next_task", nothing, func() { oneWaker.Wake() }, nothing)
	onePoll = func() { send(lineOther) }
	sweep("nested", nothing, func() { oneWaker.Wake() }, nothing)
	onePoll = nothing
	irq.Unregister(lineOther)
	irq.Register(lineOther, "other", irq.Edge, waitingWaker)
	irq.Unmask(lineOther)
	sweep("thread_line", nothing, func() { send(lineOther) }, settle)
	onePoll = func() { send(lineOther) }
	sweep("nested_thread", nothing, func() { oneWaker.Wake() }, settle)
	onePoll = nothing
	sweep("fault", spawnFaulty, func() { faultyWaker.Wake() }, settle)
	sweep("unmask", nothing, func() { irq.Unmask(40) }, nothing)
	sweep("register", nothing, func() { irq.Register(lineOther, "other", irq.Edge, waitingWaker) }, nothing)
	sweepIdle()
	whole("set_alarm", func() { platform.SetAlarm(platform.Now() + 1e9) })
	check.Values("masked", "collecting", over(collecting(samples)))
}

var onePoll = func() {}

// sweep does something with the timer due one instruction later each time. It ends when the
// timer is due after the longest that it has ever taken: an interrupt, a turn of the scheduler
// or a page of the heap makes some rounds longer than the first. What thread level does in such
// a turn takes thousands of instructions and masks few of them: once a thousand in a row have
// been free of masking, and the first round's length is behind, that is enough.
func sweep(name string, before, do, after func()) {
	const margin, freeEnough = 100, 1000
	var first, longest, free uint32
	var list []int32
	for k := uint32(1); ; k++ {
		before()
		polls := timerPolls
		entries.count = 0
		platform.SetAlarm(platform.Now() + soonNS)
		due = arm(k)
		start := counter()
		do()
		took := uint32(counter() - start)
		for load32(&timerPolls) == polls {
			spin(10)
		}
		if n, ok := maskedFor(due); ok {
			list = append(list, n)
			if free++; n > slices.Min(list)+1 {
				free = 0
			}
		}
		after()
		if first == 0 {
			first = took
		}
		longest = max(longest, took)
		if k > longest+margin || k > first+margin && free > freeEnough {
			break
		}
	}
	platform.SetAlarm(math.MaxInt64)
	check.Values("masked", name, over(list))
}

// soonNS is so soon that hal sets no alarm of its own where an interrupt has woken a thread
// task: it would be in place of the one that is swept.
const soonNS = 50_000

// over returns by how much each is more than the least: the least is where nothing was
// masked, and is what is known of the due time.
func over(list []int32) []int32 {
	least := slices.Min(list)
	for i := range list {
		list[i] -= least
	}
	return list
}

// sweepIdle has the goroutine wait, and so the runtime halt the processor, with the alarm
// due later each time. It is thousands of instructions to there, so that a first pass with
// wide steps finds out with which alarm the processor is halted before it is due. The second
// goes through what lies around that count by count.
func sweepIdle() {
	const wide, limit, before, behind = 50, 100_000, 500, 200
	const passes, found = 5, 40
	var list []int32
	try := func(k int64) (halted bool) {
		entries.count = 0
		halts := platform.Halts()
		at := platform.Now() + k*idleStepNS
		platform.SetAlarm(at)
		waiting = true
		platform.Park(doneParker)
		waiting = false
		platform.SetAlarm(math.MaxInt64)
		if n, ok := maskedFor(counterAt(at)); ok {
			list = append(list, n)
		}
		return platform.Halts() != halts
	}
	for range passes {
		// From its end: where the alarm comes early it strikes platform.SetAlarm, or what leads here.
		first := int64(limit)
		for first > before && try(first) {
			first -= wide
		}
		list = nil
		for k := first - before; k < first+wide+behind; k++ {
			try(k)
		}
		if slices.Max(over(list)) >= found {
			break
		}
		// Once in many runs a try before did not halt, for another reason. What was gone through
		// then is where the processor is halted.
	}
	check.Values("masked", "idle", list)
}

// whole takes all of what cannot be swept, since it sets the timer itself.
func whole(name string, f func()) {
	var list []int32
	for range 100 {
		start := counter()
		f()
		list = append(list, int32(counter()-start))
		platform.SetAlarm(math.MaxInt64)
	}
	check.Values("masked", name, list)
}

// collecting has interrupts come at random times of the collector's work.
func collecting(n int) (list []int32) {
	collect := true
	go func() {
		for collect {
			runtime.GC()
		}
	}()
	for range n {
		polls := timerPolls
		entries.count = 0
		due = arm(1000 + next(2000))
		for load32(&timerPolls) == polls {
			litter()
		}
		if n, ok := maskedFor(due); ok {
			list = append(list, n)
		}
	}
	collect = false
	return list
}

// maskedFor returns how late the first entry after the due time was; not ok if the due time
// was in what is put before an entry, which is masked as well and is not there otherwise.
func maskedFor(due uint64) (n int32, ok bool) {
	for i := uint32(1); i <= entries.count && i < 8; i++ {
		at := entries.at[i] - enteredLate
		if at >= due {
			return int32(at - due), true
		}
		if due < at+enteredVia {
			return 0, false
		}
	}
	return 0, false
}

//go:noinline
func load32(p *uint32) uint32 { return *p }

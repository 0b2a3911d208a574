//go:build tamago

package main

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// A victim does one random thing after the other with tasks and objects that live on, is
// interrupted now and then, and is ended after a random number of instructions; goroutines
// allocate meanwhile. In between all is counted.
const (
	randomShort  = 5_000 // aborts
	randomLong   = 100_000
	randomTell   = 5_000 // between two lines
	randomCount  = 250   // between two counts
	randomMin    = 500   // instructions
	randomSpread = 4000

	many    = 16
	permits = 5
)

var (
	manyThread, manyParked, manyRealtime [many]probe

	cells      [many]tasksync.WaitCell
	randomWork timer.Wheel

	followers [7]follower // one for each object
	serial    uint32      // of what is sent
	garbage   [64][]byte
)

// follower waits for an object, again and again.
type follower struct {
	task   task.Task[task.None]
	join   task.JoinHandle[task.None]
	wait   tasksync.Wait
	sleep  timer.Sleep
	out    uint32
	seen   uint32
	rounds uint32
	wrong  bool
}

// randomPoll is the victim.
//
//tamagotake:realtime
func randomPoll(_ *task.None, cx *task.Context) task.Poll {
	for {
		doRandom(cx, next(16), next(many))
	}
}

func doRandom(cx *task.Context, what, which uint32) {
	which %= many
	if what == 0 {
		manyThread[which].waker.Wake()
	} else if what == 1 {
		manyParked[which].waker.Wake()
	} else if what == 2 {
		manyRealtime[which].waker.Wake()
	} else if what == 3 {
		cells[which].Wake()
	} else if what == 4 {
		queue.Wake()
	} else if what == 5 {
		queue.WakeAll()
	} else if what == 6 {
		machine.Raise(machine.LineOne)
	} else if what == 7 {
		platform.Unpark(doneParker)
	} else {
		doRandomValue(cx, what, which)
	}
}

func doRandomValue(cx *task.Context, what, which uint32) {
	if what == 8 {
		if semaphore.Acquire(cx, &victimWait, int(which%permits)+1) == tasksync.Ready {
			semaphore.Release(&victimWait)
		}
		victimWait.Cancel()
	} else if what == 9 {
		serial++
		channel.TrySend(serial)
	} else if what == 10 {
		pipe.TryWrite(victimBuf[:which])
	} else if what == 11 {
		flags.Set(1 << (which % 4))
	} else if what == 12 {
		signal.Set(which)
	} else if what == 13 {
		watch.Set(which)
	} else if what == 14 {
		randomWork.Turn()
	} else {
		queue.Wait(cx, &victimWait)
		victimWait.Cancel()
	}
}

// spawnFollower has one wait for ever: op is polled until it is Pending.
func spawnFollower(f *follower, op func(cx *task.Context) tasksync.Result) {
	j, err := sched.Spawn(&threads, &f.task, nil, func(_ *task.None, cx *task.Context) task.Poll {
		for op(cx) == tasksync.Ready {
			f.rounds++
		}
		return task.Pending
	})
	if err != nil {
		panic(err)
	}
	f.join = j
	drain()
}

var cellFollowers [many]follower

// follow has the followers wait for the objects, which trials use as well.
func follow() {
	reset()
	semaphore.Add(permits)
	for i := range followers {
		followers[i].seen = 0
		spawnFollower(&followers[i], follows(i))
	}
}

// unfollow ends them: then no task waits for an object.
func unfollow() {
	for i := range followers {
		followers[i].join.Cancel()
		drain()
		followers[i].join.Detach()
	}
}

func beginRandom() {
	for i := range many {
		manyThread[i].spawn(&threads)
		manyParked[i].spawn(&parked)
		manyRealtime[i].spawn(&sched.Normal)
		f := &cellFollowers[i]
		spawnFollower(f, func(cx *task.Context) tasksync.Result { return cells[i].Wait(cx, &f.wait) })
	}
	irq.Register(machine.LineOne, "one", irq.Edge, manyThread[0].waker)
	irq.Unmask(machine.LineOne)
	go func() {
		for i := 0; ; i++ {
			garbage[i%len(garbage)] = make([]byte, 64+i%2000)
			runtime.Gosched()
		}
	}()
}

// follows is what the follower of object i does.
func follows(i int) func(cx *task.Context) tasksync.Result {
	f := &followers[i]
	return []func(*task.Context) tasksync.Result{
		func(cx *task.Context) tasksync.Result { return queue.Wait(cx, &f.wait) },
		func(cx *task.Context) tasksync.Result { return f.received(channel.Receive(cx, &f.wait, &f.out)) },
		func(cx *task.Context) tasksync.Result {
			_, r := pipe.Read(cx, &f.wait, bytes[4:])
			return r
		},
		func(cx *task.Context) tasksync.Result { return flags.TakeAny(cx, &f.wait, 15, &f.out) },
		func(cx *task.Context) tasksync.Result { return signal.Wait(cx, &f.wait, &f.out) },
		func(cx *task.Context) tasksync.Result { return watch.Next(cx, &f.wait, &f.seen, &f.out) },
		func(cx *task.Context) tasksync.Result {
			if f.sleep.Poll(cx) == task.Pending {
				return tasksync.Pending
			}
			f.sleep.On(&randomWork)
			f.sleep.For(time.Duration(500 * machine.InstructionNS))
			return tasksync.Ready
		},
	}[i]
}

// received notes whether values come in order, each once.
func (f *follower) received(r tasksync.Result) tasksync.Result {
	if r == tasksync.Ready {
		f.wrong = f.wrong || f.out <= f.seen
		f.seen = f.out
	}
	return r
}

var aborts int // random ones

// random goes on until there have been so many.
func random(until int) {
	if aborts == 0 {
		beginRandom()
	}
	follow()
	defer unfollow()
	for aborts < until {
		setBudget(int64(randomMin + next(randomSpread)))
		j, err := sched.Spawn(&sched.Normal, &victimTask, nil, randomPoll)
		setBudget(0)
		if err != nil {
			lostRandom(aborts, err.Error())
		}
		if !j.Done() {
			lostRandom(aborts, "the victim is not over: the real-time executor does not run")
		}
		j.Detach()
		aborts++
		if lost := drain(); lost != "" {
			lostRandom(aborts, lost)
		}
		if aborts%randomCount == 0 {
			if lost := countAll(); lost != "" {
				lostRandom(aborts, lost)
			}
		}
		if aborts%randomTell == 0 {
			fmt.Printf("random: %d aborts, %d lost\n", aborts, 0)
		}
	}
}

func lostRandom(aborts int, what string) {
	fmt.Printf("FAILED random, %d aborts: %s\n", aborts, what)
	os.Exit(1)
}

// countAll is the census: each task, each wait, each permit.
func countAll() string {
	if lost := census(); lost != "" {
		return lost
	}
	for _, all := range []*[many]probe{&manyThread, &manyParked, &manyRealtime} {
		for i := range all {
			p := &all[i]
			before := load(&p.polls)
			p.waker.Wake()
			if drain(); load(&p.polls) == before {
				return fmt.Sprint("task ", i, " is woken and on no queue, for ever")
			}
		}
	}
	for i := range cells {
		if !goesOn(&cellFollowers[i], func() { cells[i].Wake() }) {
			return fmt.Sprint("the waiter of cell ", i, " was granted and is never woken")
		}
	}
	for i, more := range []func(){
		func() { queue.WakeAll() },
		func() { serial++; channel.TrySend(serial) },
		func() { pipe.TryWrite(bytes4) },
		func() { flags.Set(2) },
		func() { signal.Set(9) },
		func() { watch.Set(9) },
		func() { wait(soon(1000)); randomWork.Turn() },
	} {
		if !goesOn(&followers[i], more) {
			return fmt.Sprint("object ", i, ": who waits for it is never woken")
		}
	}
	switch {
	case followers[1].wrong:
		return "a value was received twice"
	case channel.Len() != 0 || pipe.Len() != 0:
		return "a value is in the channel, or a byte in the pipe, and who waits for it is not woken"
	case semaphore.Free() != permits:
		return fmt.Sprint(semaphore.Free(), " permits of ", permits)
	}
	return checkRing()
}

// goesOn reports whether a follower gets more when there is more.
func goesOn(f *follower, more func()) bool {
	before := f.rounds
	more()
	drain()
	return f.rounds != before
}

// seed of a small generator without state of the runtime (Marsaglia, "Xorshift RNGs", 2003).
var seed uint32 = 2463534242

func next(n uint32) uint32 {
	seed ^= seed << 13
	seed ^= seed >> 17
	seed ^= seed << 5
	return seed % n
}

//go:build tamago

package main

import (
	"bytes"
	"crypto/sha256"
	"math"
	"math/rand/v2"
	"runtime"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const workersCount = 1_000_000

var (
	workersTask    task.Task[task.None]
	workersSeen    uint32
	workersStarted bool

	// Which instructions were struck: a bit for each byte of the code.
	textStart, textEnd uintptr
	struck             [4 << 20 / 32]uint32
	outside            int

	notZero int // polls that found something in variables that begin as zero
)

// workersPoll notes what was struck and sets the timer again, a few hundred to a few
// thousand instructions on.
func workersPoll(*task.None, *task.Context) task.Poll {
	if !workersStarted {
		workersStarted = true
		return task.Pending
	}
	if pc := machine.InterruptedPC(); pc >= textStart && pc < textEnd && pc-textStart < 32*uintptr(len(struck)) {
		struck[(pc-textStart)/32%uintptr(len(struck))] |= 1 << ((pc - textStart) % 32)
	} else {
		outside++
	}
	spoil()
	var zeros [8]uint64 // compiled code takes the zero from a vector register
	if sum(&zeros) != 0 {
		notZero++
	}
	if next(16) == 0 {
		preemptWaker.Wake() // the goroutine that was struck is preempted
	}
	if workersSeen++; workersSeen < workersCount {
		after(100, 2500)
	}
	return task.Pending
}

// spoil uses what is not the executor's: vector registers, more of them than the worker
// has that is interrupted.
func spoil() {
	a, b, c, d := spoils[0], spoils[1], spoils[2], spoils[3]
	e, f, g, h := a*b, b*c, c*d, d*a
	spoils[0], spoils[1], spoils[2], spoils[3] = e-f+a, f-g+b, g-h+c, h-e+d
	if spoils[0] > 1e6 || spoils[0] < -1e6 {
		spoils = [4]float64{1, 2, 3, 4}
	}
}

var spoils = [4]float64{1, 2, 3, 4}

//go:noinline
func sum(a *[8]uint64) (n uint64) {
	for _, v := range a {
		n |= v
	}
	return n
}

// A worker computes something of which it knows what comes out.
type worker struct {
	name  string
	round func(n int) bool
}

var theWorkers = []worker{
	{"hash", func(n int) bool {
		return sha256.Sum256(pattern[:64+n%512]) == sha256.Sum256(bytes.Clone(pattern[:64+n%512]))
	}},
	{"floats", func(n int) bool {
		x, y := float64(n%1000)+1, 0.0
		for range 20 {
			if y += math.Sqrt(x * x); y < x || y > 20*x { // a comparison's result is in a register too
				return false
			}
		}
		return y == 20*x
	}},
	{"random", func(n int) bool { // assembly that uses all vector registers
		a, b := rand.NewChaCha8([32]byte{byte(n)}), rand.NewChaCha8([32]byte{byte(n)})
		for range 200 {
			if a.Uint64() != b.Uint64() {
				return false
			}
		}
		return true
	}},
	{"copies", func(n int) bool {
		k := 100 + n*37%4000
		copy(scratch[:k], pattern[1:])
		copy(scratch[1:k], scratch[:k-1])
		return bytes.Equal(scratch[1:k], pattern[1:k])
	}},
	{"maps", func(n int) bool {
		m := map[int]int{}
		for i := range 40 {
			m[i*n] += i
		}
		sum := 0
		for _, v := range m {
			sum += v
		}
		return sum == 780
	}},
	{"stacks", func(n int) bool { return deep(200, n) == 200+n }},
	{"pointers", func(n int) bool {
		var list *node
		for i := range 60 {
			list = &node{list, i}
		}
		sum := 0
		for ; list != nil; list = list.next {
			sum += list.value
		}
		return sum == 1770
	}},
}

type node struct {
	next  *node
	value int
}

// deep grows a goroutine's stack, which copies it.
func deep(n, k int) int {
	var room [32]int
	if n == 0 {
		return k
	}
	room[n%32] = deep(n-1, k) + 1
	return room[n%32]
}

var (
	pattern [8192]byte
	scratch [8192]byte
)

func workers() {
	for i := range pattern {
		pattern[i] = byte(i * 7)
	}
	start, end := runtime.TextRegion()
	textStart, textEnd = uintptr(start), uintptr(end)
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	j, _ := sched.Spawn(&sched.Normal, &workersTask, nil, workersPoll)
	seen := preemptSeen

	rounds := make([]int, len(theWorkers))
	wrong := make([]int, len(theWorkers))
	done := make(chan struct{})
	for i, w := range theWorkers {
		go func() {
			for n := 1; load(&workersSeen) < workersCount; n++ {
				if !w.round(n) {
					wrong[i]++
				}
				rounds[i]++
				runtime.Gosched()
			}
			done <- struct{}{}
		}()
	}
	go func() {
		for load(&workersSeen) < workersCount {
			runtime.GC()
			runtime.Gosched()
		}
		done <- struct{}{}
	}()
	irq.Unregister(machine.LineTimer) // it was another task's
	irq.Register(machine.LineTimer, "timer", irq.Edge, j.Waker())
	after(100, 2500)
	for range len(theWorkers) + 1 {
		<-done
	}
	for i, w := range theWorkers {
		check.Report(wrong[i] == 0 && rounds[i] > 40, "%s: %d of %d rounds wrong", w.name, wrong[i], rounds[i])
	}
	runtime.ReadMemStats(&now)
	check.Report(workersSeen >= workersCount, "%d interrupts, %d collections", workersSeen, now.NumGC-before.NumGC)
	check.Report(notZero == 0, "%d polls began with what the interrupted had in a register", notZero)
	check.Report(now.NumGC-before.NumGC > 20, "the collector was at work")
	check.Report(preemptSeen-seen > workersCount/1000, "%d times a task at thread level was polled meanwhile", preemptSeen-seen)
	instructions, functions := places()
	check.Report(instructions > 1000, "%d instructions struck, in %d functions; %d elsewhere", instructions, len(functions), outside)
	for _, name := range []string{"runtime.gcWriteBarrier", "runtime.morestack", "runtime.copystack", "runtime.gogo", "runtime.mcall", "runtime.memmove", "runtime.mallocgc"} {
		printStruck(name, functions)
	}
}

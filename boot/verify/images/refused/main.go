//go:build tamago

// Command refused is an image whose real-time tasks do what they must not, each in one way.
// The test of verify has each of them refused. It is never run.
package main

//lint:file-ignore U1000 what is bad on purpose

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"

	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

type poll = task.Func[task.None]

// polls keeps all of them in the image.
var polls = []poll{allocates, grows, boxes, concatenates, barrier, mapRead, mapWrite, sends, selects, defers, locks, starts, calls, interfaces, recurses, prints, sleeps, deep, formats, spoofs, entersExecutor, takesNext, wakesMasked, changesG, good}

var (
	pointer *int
	value   int
	slice   []int
	any_    any
	text    string
	table   map[int]int
	channel chan int
	mutex   sync.Mutex
	f       func(int) int
	shape   interface{ area() int }
)

//tamagotake:realtime
func allocates(*task.None, *task.Context) task.Poll {
	p := new([64]int)
	slice = p[:]
	return task.Ready
}

//tamagotake:realtime
func grows(*task.None, *task.Context) task.Poll { slice = append(slice, 1); return task.Ready }

//tamagotake:realtime
func boxes(*task.None, *task.Context) task.Poll { any_ = value; return task.Ready }

//tamagotake:realtime
func concatenates(*task.None, *task.Context) task.Poll { text = text + "."; return task.Ready }

//tamagotake:realtime
func barrier(*task.None, *task.Context) task.Poll { pointer = &value; return task.Ready }

//tamagotake:realtime
func mapRead(*task.None, *task.Context) task.Poll { value = table[value]; return task.Ready }

//tamagotake:realtime
func mapWrite(*task.None, *task.Context) task.Poll { table[value] = 1; return task.Ready }

//tamagotake:realtime
func sends(*task.None, *task.Context) task.Poll { channel <- 1; return task.Ready }

//tamagotake:realtime
func selects(*task.None, *task.Context) task.Poll {
	select {
	case value = <-channel:
	default:
	}
	return task.Ready
}

//tamagotake:realtime
func defers(*task.None, *task.Context) task.Poll {
	for range value {
		defer func() { value++ }()
	}
	return task.Ready
}

//tamagotake:realtime
func locks(*task.None, *task.Context) task.Poll {
	mutex.Lock()
	value++
	mutex.Unlock()
	return task.Ready
}

//tamagotake:realtime
func starts(*task.None, *task.Context) task.Poll { go increment(); return task.Ready }

//tamagotake:realtime
func calls(*task.None, *task.Context) task.Poll { value = f(value); return task.Ready }

//tamagotake:realtime
func interfaces(*task.None, *task.Context) task.Poll { value = shape.area(); return task.Ready }

//tamagotake:realtime
func recurses(*task.None, *task.Context) task.Poll { value = recurse(value); return task.Ready }

//tamagotake:realtime
func prints(*task.None, *task.Context) task.Poll { println(value); return task.Ready }

//tamagotake:realtime
func sleeps(*task.None, *task.Context) task.Poll { runtime.Gosched(); return task.Ready }

//tamagotake:realtime
func deep(*task.None, *task.Context) task.Poll { value = large(value); return task.Ready }

// All of it is in package fmt, and part of that is inlined here.
//
//tamagotake:realtime
func formats(*task.None, *task.Context) task.Poll {
	value++
	fmt.Println(value)
	return task.Ready
}

// Of tricks_ARCH.s.
func callSpoof()
func callRun()
func writeG()

//tamagotake:realtime
func spoofs(*task.None, *task.Context) task.Poll { callSpoof(); return task.Ready }

//tamagotake:realtime
func entersExecutor(*task.None, *task.Context) task.Poll { callRun(); return task.Ready }

// What the executor does between two polls.
//
//tamagotake:realtime
func takesNext(*task.None, *task.Context) task.Poll { sched.Next(); return task.Ready }

// The waker of a line is that of the interrupt entry: its type has what a task's waker has not.
//
//tamagotake:realtime
func wakesMasked(*task.None, *task.Context) task.Poll {
	irq.Waker(1).WakeMasked()
	return task.Ready
}

//tamagotake:realtime
func changesG(*task.None, *task.Context) task.Poll { writeG(); return task.Ready }

//tamagotake:realtime
func good(_ *task.None, cx *task.Context) task.Poll {
	increment()
	value = inlined()
	cx.Waker().Wake()
	return task.Pending
}

// Neither is a function of the image: the one is not used, the other only as a part of good.
func dropped()     { value++ }
func inlined() int { return value * 3 }

//go:noinline
func increment() { value++ }

//go:noinline
func recurse(n int) int {
	if n == 0 {
		return 1
	}
	return n * recurse(n-1)
}

//go:noinline
func large(n int) int {
	var room [3000]int
	for i := range room {
		room[i] = n * i
	}
	return room[n%len(room)]
}

type square int

func (s square) area() int { return int(s * s) }

type circle int

func (c circle) area() int { return int(3 * c * c) }

func main() {
	n, _ := strconv.Atoi(os.Args[0])
	shape, f = square(n), func(x int) int { return x + n }
	if n > 1 {
		shape, f = circle(n), func(x int) int { return x - n }
	}
	if n > 2 {
		setFlag()
		allocate()
	}
	polls = append(polls, corners...)
	polls[n%len(polls)](nil, nil)
}

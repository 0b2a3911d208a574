package sched

import (
	"bytes"
	"math"
	"runtime"
	"strconv"
	"sync"
	"time"

	"tamagotake/internal/goid"
	"tamagotake/rt/task"
)

// A poll that blocks, on a channel, a mutex, time.Sleep, stops the executor and all its
// tasks, and nothing says so: the goroutine sleeps as if it had nothing to do. A watch
// says so.
//
//	leaving the park   start a timer of limit
//	the timer          a poll under way? mark it, and set the timer again
//	                   it has the mark of the last time? look at its goroutine:
//	                   blocked: report it, with its stack
//	parking            stop the timer
//
// The mark is a bit of the word that says who is being polled, which the executor writes
// anyway, so a poll costs the same with and without; and an executor that has parked has no
// timer running, so there is no tick.
//
// Reported is only what has blocked: how long a poll may compute depends on how fast the
// machine is, and on what else it does; a goroutine that waits for a channel is wrong on
// every machine. So the collector, which stops or delays goroutines as it likes, is no cause
// of an alarm: neither being preempted nor helping it is blocking. A poll that computes
// without end is not found: on one processor nobody could run to see it.
//
// Rejected: the time of the beginning of each poll, which costs a look at the clock; and a
// goroutine that looks every so often, which wakes a processor that has halted.

// watched marks, in Executor.current, a poll that the watch has seen.
const watched = 1

// Stall is a poll that blocks.
type Stall struct {
	Waker task.Waker // of the task, which can be cancelled, for when it goes on
	Name  string
	State string // what it waits for, in the words of the Go runtime: "chan receive"
	Stack []byte // its goroutine's
}

func (s Stall) String() string {
	return "task " + strconv.FormatUint(s.Waker.ID(), 10) + " " + s.Name + " blocks its executor: " + s.State
}

type watch struct {
	limit     time.Duration
	report    func(Stall)
	mu        sync.Mutex
	timer     *time.Timer
	goroutine uint64 // the executor's, 0 while it does not run
	reported  bool   // the poll that has the mark
}

// Watch has report called, on a goroutine of its own, for a poll that blocks for longer than
// limit, and sooner than after twice that, if other goroutines can run; once for each poll.
// It works for an executor in [Executor.Run] or [BlockOn]. Thread level, before these, once.
func (e *Executor) Watch(limit time.Duration, report func(Stall)) {
	e.watch = &watch{limit: limit, report: report}
	e.watch.timer = time.AfterFunc(math.MaxInt64, e.look)
	e.watch.timer.Stop()
}

// park parks and leaves the watch alone meanwhile.
func (e *Executor) park() {
	w := e.watch
	if w == nil {
		e.target.Park()
		return
	}
	w.timer.Stop()
	e.target.Park()
	w.timer.Reset(w.limit)
}

// begin notes whose goroutine the executor runs on.
func (w *watch) begin() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.goroutine = goid.Get()
	w.timer.Reset(w.limit)
}

func (w *watch) end() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.goroutine = 0
	w.timer.Stop()
}

// look is what the timer does.
func (e *Executor) look() {
	w := e.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	h := e.current.Load()
	switch {
	case h == 0:
	case h&watched == 0:
		w.reported = false
		e.current.CompareAndSwap(h, h|watched) // else that poll is over
	case !w.reported:
		w.reported = e.inspect(task.At(h&^watched), h)
	}
	if w.goroutine != 0 && !e.target.Parked() {
		w.timer.Reset(w.limit) // if it parks meanwhile, the timer finds nothing, and is off
	}
}

// inspect reports the poll if its goroutine has blocked.
func (e *Executor) inspect(h *task.Header, mark uintptr) bool {
	waker, name, on := task.WakerAt(mark&^watched), h.Name(), h.Goroutine()
	if on == 0 {
		on = e.watch.goroutine
	}
	state, stack := goroutine(on)
	if !blocking(state) || e.current.Load() != mark {
		return false
	}
	e.watch.report(Stall{waker, name, state, stack})
	return true
}

// goroutine returns the state and the traceback of a goroutine, which begins with its number
// and state: "goroutine 7 [chan receive, 2 minutes]:".
func goroutine(id uint64) (state string, stack []byte) {
	buf := make([]byte, 64<<10)
	n := runtime.Stack(buf, true)
	for n == len(buf) {
		buf = make([]byte, 2*len(buf))
		n = runtime.Stack(buf, true)
	}
	for part := range bytes.SplitSeq(buf[:n], []byte("\n\n")) {
		rest, ok := bytes.CutPrefix(part, []byte("goroutine "+strconv.FormatUint(id, 10)+" "))
		if !ok {
			continue
		}
		_, rest, _ = bytes.Cut(rest, []byte("["))
		words, _, _ := bytes.Cut(rest, []byte("]"))
		words, _, _ = bytes.Cut(words, []byte(","))
		return string(words), part
	}
	return "", nil
}

// blocks has the states of a goroutine that waits for something outside of the runtime (the
// texts of runtime.waitReasonStrings). The others are to run, to be able to run, and to
// wait for, or help, the runtime itself: semacquire among them, with which the collector
// begins. Nor "coroutine": who runs for it may compute.
var blocks = map[string]bool{
	"chan receive": true, "chan send": true, "select": true, "sleep": true, "IO wait": true, "syscall": true,
	"chan receive (nil chan)": true, "chan send (nil chan)": true, "select (no cases)": true,
	"sync.Mutex.Lock": true, "sync.RWMutex.RLock": true, "sync.RWMutex.Lock": true,
	"sync.Cond.Wait": true, "sync.WaitGroup.Wait": true,
}

func blocking(state string) bool { return blocks[state] }

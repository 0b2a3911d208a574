package sched

import (
	"bytes"
	"math"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/tamagotake/tamagotake/rt/internal/goid"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// A poll that blocks, on a channel, a mutex, time.Sleep, stops the executor and all its
// tasks, and nothing says so: the goroutine sleeps as if it had nothing to do. Nor does one
// that computes without end say so. A watch does.
//
//	leaving the park   start a timer of limit
//	the timer          a poll under way? mark it, and set the timer again
//	                   it has the mark of the last time? look at its goroutine:
//	                   blocked: report it, with its stack
//	                   has had the processor for too long since it was marked: the same
//	parking            stop the timer
//
// The mark is a bit of the word that names the task being polled, which the executor writes
// anyway, so a poll costs the same with and without; and an executor that has parked has no
// timer running, so there is no tick.
//
// A goroutine that waits for a channel in a poll is wrong on every machine. The collector,
// which stops or delays goroutines as it likes, is no cause of an alarm: neither being
// preempted nor helping it is blocking. How long a poll may compute depends on the machine:
// hence a limit of its own, [Executor.WatchComputing], and it is the time for which the
// processor was that goroutine's (platform.RunTime), not the time that has passed: what others
// take, the collector's workers or goroutines that compute, does not count.
//
// Rejected: the time of the beginning of each poll, which costs a look at the clock; and a
// goroutine that looks every so often, which wakes a processor that has halted.

// watched marks, in Executor.current, a poll that the watch has seen.
const watched = 1

// Stall is a poll that blocks, or computes without end.
type Stall struct {
	Waker     task.Waker // of the task, which can be cancelled, for when it goes on
	Name      string
	State     string        // what it waits for, in the words of the Go runtime: "chan receive"
	Computing time.Duration // it does not wait: how long it has had the processor, 0 if it blocks
	Stack     []byte        // its goroutine's
}

func (s Stall) String() string {
	text := "task " + strconv.FormatUint(s.Waker.ID(), 10) + " " + s.Name
	if s.Computing > 0 {
		return text + " computes since " + strconv.FormatInt(s.Computing.Milliseconds(), 10) + " ms"
	}
	return text + " blocks its executor: " + s.State
}

type watch struct {
	limit     time.Duration
	computing time.Duration // see WatchComputing; 0 for no limit
	report    func(Stall)
	mu        sync.Mutex
	timer     *time.Timer
	goroutine uint64 // the executor's, 0 while it does not run

	// Of the poll that has the mark.
	reported bool
	on       uint64 // its goroutine, as soon as that has had the processor
	ranNS    int64  // for so long, at that look
}

// Watch has report called, on a goroutine of its own, for a poll that blocks for longer than
// limit, and sooner than after twice that, if other goroutines can run; once for each poll.
// It works for an executor in [Executor.Run] or [BlockOn]. Thread level, before these, once.
func (e *Executor) Watch(limit time.Duration, report func(Stall)) {
	e.watch = &watch{limit: limit, report: report}
	e.watch.timer = time.AfterFunc(math.MaxInt64, e.look)
	e.watch.timer.Stop()
}

// WatchComputing has the watch report a poll, too, that has had the processor for longer than
// limit, and at most for that and twice the limit of [Executor.Watch] more; once for each poll.
// Interrupts and real-time tasks that strike the poll count. It needs a machine that tells how
// long a goroutine has run: on the host, and with the TamaGo distribution, which preempts no
// goroutine, nothing is reported. Thread level, between Watch and the start.
func (e *Executor) WatchComputing(limit time.Duration) { e.watch.computing = limit }

// park parks and leaves the watch alone meanwhile.
func (e *Executor) park() {
	w := e.watch
	if w == nil {
		e.queue.Park()
		return
	}
	w.timer.Stop()
	e.queue.Park()
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
		w.reported, w.on = false, 0
		e.current.CompareAndSwap(h, h|watched) // else that poll is over
	case !w.reported:
		w.reported = e.inspect(raw.At(h&^watched), h)
	}
	if w.goroutine != 0 && !e.queue.Parked() {
		w.timer.Reset(w.limit) // if it parks meanwhile, the timer finds nothing, and is off
	}
}

// inspect reports the poll if its goroutine has blocked, or has computed for too long.
func (e *Executor) inspect(h *raw.Header, mark uintptr) bool {
	waker, name, on := task.Waker(raw.WakerAt(mark&^watched)), h.Name(), h.Goroutine()
	if on == 0 {
		on = e.watch.goroutine
	}
	computing := e.watch.computed(on)
	state, stack := goroutine(on)
	if blocking(state) {
		computing = 0
	} else if computing == 0 {
		return false
	}
	if e.current.Load() != mark {
		return false
	}
	e.watch.report(Stall{waker, name, state, computing, stack})
	return true
}

// computed returns how long the goroutine has had the processor since the first look at it, if
// that is too long, and 0 otherwise.
func (w *watch) computed(on uint64) time.Duration {
	if w.computing == 0 {
		return 0
	}
	ranNS, ok := platform.RunTime(on)
	if !ok {
		return 0
	}
	if w.on != on {
		w.on, w.ranNS = on, ranNS
	}
	if d := time.Duration(ranNS - w.ranNS); d > w.computing {
		return d
	}
	return 0
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

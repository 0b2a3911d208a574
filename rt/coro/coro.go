// Package coro is straight-line tasks: an ordinary function that awaits by calling, instead
// of a poll function that returns.
//
//	executor's goroutine                the body's goroutine
//	--------------------                --------------------
//	poll --next-------------------->    body runs
//	                                      ctx.Await(p): p.Poll(cx) is Ready? go on
//	Pending <---------------yield--       Pending: switch back
//	  ... p wakes the task ...
//	poll --next-------------------->      p.Poll(cx) again
//	Ready, output <-------return----    return
//
// The package is named after what the runtime calls this. It is the coroutines of the
// standard library's iter.Pull: a goroutine that runs only while the executor's waits for it,
// and the other way round. The switch is direct, past the Go scheduler, and allocates nothing;
// what is allocated is the goroutine, at the first poll. So there is still no parallelism within an
// executor: between two awaits no other task of it runs.
//
// [Func] makes a body into a poll function, and all else is as with any other task: storage,
// spawn, join handles, wakers. Thread level only.
//
// # Cancellation
//
// A task that is cancelled, or whose executor is shut down, while its body awaits: that await
// does not return, the body's deferred calls are run, and then the task ends. This is
// runtime.Goexit, and not a panic, so no recover can stop it, and none sees it. An await in
// a deferred call of a body that is being cancelled ends that call in the same way, without
// having polled; the other deferred calls are run. A panic in one of them is the task's end instead.
//
// An error that await returns was rejected: each call would have to be checked, and a loop that
// forgets it would never end.
//
// # What a body must not do
//
//   - Block outside of an await: channels, mutexes that are held for long, time.Sleep, input and
//     output. The whole executor would stand still; [sched.Executor.Watch] reports it.
//   - Await on another goroutine, or after its end: that panics where it can be seen.
//   - runtime.LockOSThread. The executor's goroutine may have done so.
//
// An executor that is given up without [sched.Executor.Shutdown] leaves the goroutines of its
// bodies behind.
package coro

import (
	"iter"
	"runtime"
	"runtime/debug"

	"github.com/tamagotake/tamagotake/rt/internal/goid"
	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// Func returns a poll function that runs the body; what the body returns is the task's
// output. It is for one task at a time: spawn it again only after that task's end. It
// allocates, and so does the first poll.
func Func[T any](body func(*Ctx) T) task.Func[T] {
	c := &coroutine[T]{body: body}
	return c.poll
}

// coroutine is one life of a body, and then another.
type coroutine[T any] struct {
	Ctx
	body func(*Ctx) T
	out  T
	next func() (struct{}, bool) // nil between two lives
	task task.Waker
}

// unwound is what comes out of the coroutine of a body that was cancelled. A panic, since
// iter.Pull would hand a Goexit on to the executor.
type unwound struct{}

func (c *coroutine[T]) poll(out *T, cx *task.Context) task.Poll {
	if c.next == nil {
		c.begin(cx)
	} else if c.task != cx.Waker() {
		panic("coro: this Func is the body of another task already")
	}
	c.cx = cx
	if (*raw.Context)(cx).InCleanup() {
		return c.unwind()
	}
	if _, more := c.next(); more {
		c.cx = nil
		return task.Pending
	}
	*out = c.out
	c.end()
	return task.Ready
}

func (c *coroutine[T]) begin(cx *task.Context) {
	c.task = cx.Waker()
	c.cancelled = false
	c.next, _ = iter.Pull(c.run)
	(*raw.Context)(cx).WantCleanup()
}

// end makes c as it was at the beginning; nothing is kept from the collector.
func (c *coroutine[T]) end() {
	var zero T
	c.out, c.next, c.yield, c.cx = zero, nil, nil, nil
}

// unwind has the await that the body is in run the deferred calls.
func (c *coroutine[T]) unwind() task.Poll {
	defer func() {
		if v := recover(); v != (unwound{}) {
			panic(v)
		}
	}()
	c.cancelled = true
	c.next()
	return task.Ready
}

// run is the coroutine. Whatever ends the body but its return is handed on as a panic: it is
// here that the stack can still be seen.
func (c *coroutine[T]) run(yield func(struct{}) bool) {
	c.yield = yield
	(*raw.Context)(c.cx).RunsOn(goid.Get())
	returned := false
	defer func() {
		if returned {
			return
		}
		v := recover()
		platform.UnmaskInterrupts() // the body may have been in a masked section
		cancelled := c.cancelled
		c.end()
		switch {
		case v != nil:
			panic(&raw.Raised{Value: v, Stack: debug.Stack()})
		case cancelled:
			panic(unwound{})
		default:
			panic(&raw.Raised{Value: "its body called runtime.Goexit", Stack: debug.Stack()})
		}
	}()
	c.out = c.body(&c.Ctx)
	returned = true
}

// Ctx is what a body awaits with. It is that body's, and for its goroutine only.
type Ctx struct {
	cx        *task.Context // of the poll under way, nil outside
	yield     func(struct{}) bool
	cancelled bool

	sleep    timer.Sleep // see Sleep and Within; a body awaits one thing at a time
	deadline timer.Deadline
}

// Poller is what can be awaited. Poll does what can be done without waiting and returns
// Ready, or leaves the context's waker where its event will use it and returns Pending.
// It is called once for each time that the task is woken, whatever for.
type Poller interface {
	Poll(cx *task.Context) task.Poll
}

// Await polls p until it is Ready. It does not return if the task is cancelled: see the
// package comment. What p then is to undo it undoes itself: see [task.Wait].
func (c *Ctx) Await(p Poller) {
	for p.Poll(c.context()) == task.Pending {
		c.yield(struct{}{})
	}
}

// AwaitFunc is [Ctx.Await] with a function.
func (c *Ctx) AwaitFunc(poll func(cx *task.Context) task.Poll) {
	for poll(c.context()) == task.Pending {
		c.yield(struct{}{})
	}
}

// context returns that of the poll under way; not in a body that is being cancelled.
func (c *Ctx) context() *task.Context {
	if c.cx == nil {
		panic("coro: an await outside of the body")
	}
	if c.cancelled {
		runtime.Goexit()
	}
	return c.cx
}

// Waker returns the waker of the body's task.
func (c *Ctx) Waker() task.Waker {
	if c.cx == nil {
		panic("coro: Waker outside of the body")
	}
	return c.cx.Waker()
}

// Yield lets every other task that is ready go first.
func (c *Ctx) Yield() {
	y := task.NewYield(1)
	c.AwaitFunc(y.Poll)
}

// Join awaits the end of another task and takes its result, as [task.JoinHandle.Take]
// does. If the body is cancelled meanwhile, the other task goes on, and the handle is good
// for its other holders.
func Join[T any](c *Ctx, j task.JoinHandle[T]) (out T, err error) {
	c.AwaitFunc(j.Poll)
	return j.Take()
}

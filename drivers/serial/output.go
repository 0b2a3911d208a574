package serial

import (
	"sync/atomic"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Output is a ring of bytes with one reader, the driver's task, and writers at thread
// level. The zero value is empty. The driver may be a real-time task: it is not
// interrupted by a writer, so each side finds the other's words as they were between two
// of its own steps.
//
// One task at a time can wait for room. Others that have something to print give it to that
// task, as the kernel's tasks give it to the monitor.
type Output struct {
	buf        [ringSize]byte
	head, tail atomic.Uint32 // written, taken; they differ by at most ringSize

	driver  task.Waker
	writer  task.Waker
	resting bool // the driver is not going to look unless it is woken
	waiting bool // the writer is, for room

	written   uint64
	waits     uint64
	polled    uint64
	abandoned uint64
}

// Poll is Ready when half of the ring is free. Until then it leaves the context's waker, which
// replaces that of another task. A writer polls when [Output.Write] has not taken all. From a
// poll; thread level.
func (o *Output) Poll(cx *task.Context) task.Poll {
	w := cx.Waker()
	saved := platform.MaskInterrupts()
	full := o.head.Load()-o.tail.Load() > ringSize/2
	if full {
		if !o.waiting {
			o.waits++
		}
		o.writer, o.waiting = w, true
	}
	platform.RestoreInterrupts(saved)
	if full {
		return task.Pending
	}
	return task.Ready
}

// Write takes as much of p as there is room for and returns how much that was. It does not wait:
// see [Output.Poll]. A writer that is cancelled loses nothing of what was taken.
// Thread level, any goroutine.
func (o *Output) Write(p []byte) (n int) {
	for full := false; n < len(p) && !full; {
		var k int
		k, full = o.write(p[n:min(n+maskedMax, len(p))])
		n += k
	}
	o.Kick()
	return n
}

// maskedMax is how many bytes are copied with interrupts masked. They are masked because
// the goroutine may be interrupted in favour of another that writes; the real-time tasks
// wait for a hundred instructions at most.
const maskedMax = 16

// write takes what there is room for.
func (o *Output) write(p []byte) (n int, full bool) {
	saved := platform.MaskInterrupts()
	head := o.head.Load()
	n = min(int(ringSize-(head-o.tail.Load())), len(p))
	for i, c := range p[:n] {
		o.buf[(head+uint32(i))%ringSize] = c
	}
	o.head.Store(head + uint32(n))
	o.written += uint64(n)
	platform.RestoreInterrupts(saved)
	return n, n < len(p)
}

// Put is Write of one byte for a caller that cannot wait; it reports whether there was room. Any
// level but interrupt entry; see [Output.Kick].
//
//go:nosplit
func (o *Output) Put(c byte) bool {
	saved := platform.MaskInterrupts()
	head := o.head.Load()
	room := head-o.tail.Load() < ringSize
	if room {
		o.buf[head%ringSize] = c
		o.head.Store(head + 1)
		o.written++
	}
	platform.RestoreInterrupts(saved)
	return room
}

// Kick wakes the driver if it is not going to look by itself. Any level.
//
//go:nosplit
func (o *Output) Kick() {
	if o.resting && o.head.Load() != o.tail.Load() {
		o.driver.Wake()
	}
}

// Pop takes the oldest byte. Driver only, or interrupts masked.
//
//go:nosplit
func (o *Output) Pop() (c byte, ok bool) {
	tail := o.tail.Load()
	if o.head.Load() == tail {
		return 0, false
	}
	c = o.buf[tail%ringSize]
	o.tail.Store(tail + 1)
	return c, true
}

// Empty reports whether nothing waits to be sent. Any level.
//
//go:nosplit
func (o *Output) Empty() bool { return o.head.Load() == o.tail.Load() }

// Flush ends a poll of the driver: it wakes the writer if there is room for half a ring,
// and reports whether there is more to send, of which the device must tell when it can
// take it; if there is none, w is woken when there is. Driver only.
func (o *Output) Flush(w task.Waker) (more bool) {
	o.driver = w
	n := o.head.Load() - o.tail.Load()
	o.resting = n == 0
	if o.waiting && n <= ringSize/2 {
		o.waiting = false
		o.writer.Wake()
	}
	return n != 0
}

// Polled counts a byte that was sent by waiting for the device, for want of room.
//
//go:nosplit
func (o *Output) Polled() { o.polled++ }

// Abandon gives up what waits to be sent, since the device does not take it. Interrupts
// masked.
//
//go:nosplit
func (o *Output) Abandon() {
	head := o.head.Load()
	o.Abandoned(head - o.tail.Load())
	o.tail.Store(head)
}

// Abandoned counts bytes that were given up.
//
//go:nosplit
func (o *Output) Abandoned(n uint32) { o.abandoned += uint64(n) }

// OutputStat is what has gone through an [Output].
type OutputStat struct {
	Bytes     uint64 // taken from writers, those sent by waiting among them
	Waits     uint64 // how often a writer found it full and waited
	Polled    uint64 // bytes of the runtime's own that were sent by waiting for the device
	Abandoned uint64 // bytes given up, since the device did not take them
}

// Stat returns the counters. Thread level.
func (o *Output) Stat() OutputStat {
	saved := platform.MaskInterrupts() // two words each on ARM
	defer platform.RestoreInterrupts(saved)
	return OutputStat{o.written, o.waits, o.polled, o.abandoned}
}

// Package serial is what every UART driver shares: the way of received bytes from
// the driver's task to the task that reads them, and of written ones back.
//
//	line --wake--> driver task --Push--> Input ---Read--> reader task
//	                 ^    ^                                   |
//	                 |    +---------- wake when there is room +
//	                 |
//	                 +--- wake when there was nothing to send +
//	                                                          |
//	line --wake--> driver task <--Pop--- Output <--Write-- writer task
//	                    |                                     ^
//	                    +------------ wake when there is room +
//
// Nothing is dropped here. When [Input] is full the driver leaves the bytes in the
// device, with its receive interrupt off, until the reader has made room; the device's
// own flow control does the rest. When [Output] is full the writer waits.
package serial

import (
	"sync/atomic"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// ringSize is a power of two, so that positions may wrap.
const ringSize = 4096

// Input is a ring of bytes with one writer, the driver's task, and one reader.
// The zero value is empty. The writer may be a real-time task, which is not interrupted
// by the reader; the reader is a thread's.
type Input struct {
	buf        [ringSize]byte
	head, tail atomic.Uint32 // written, read; they differ by at most ringSize

	driver  task.Waker
	reader  task.Waker
	stalled bool
	sought  uint32 // the reader has looked up to here, see Seek

	// Errors are counted by the driver.
	Overruns, FramingErrors, ParityErrors, Breaks uint64
	received                                      uint64
	stalls                                        uint64
}

// Push stores a byte, or reports that there is no room. Driver only.
func (in *Input) Push(c byte) bool {
	head := in.head.Load()
	if head-in.tail.Load() == ringSize {
		return false
	}
	in.buf[head%ringSize] = c
	in.head.Store(head + 1)
	in.received++
	return true
}

// Room reports whether [Input.Push] would succeed. Driver only.
func (in *Input) Room() bool {
	return in.head.Load()-in.tail.Load() < ringSize
}

// Flush wakes the reader if there is something to read. If stalled, the driver has
// stopped receiving for want of room, and w is woken when the reader has made
// some. Driver only.
func (in *Input) Flush(w task.Waker, stalled bool) {
	in.driver = w
	if stalled && !in.stalled {
		in.stalls++
	}
	in.stalled = stalled
	if in.head.Load() != in.tail.Load() {
		in.reader.Wake()
	}
}

// Poll is Ready when there is something to read, and leaves the context's waker in any case: the
// task is woken whenever more comes. Another task's poll takes the place of the one before. A reader
// that is cancelled loses nothing: the bytes stay. From a poll; thread level.
func (in *Input) Poll(cx *task.Context) task.Poll {
	if w := cx.Waker(); in.reader != w {
		saved := platform.MaskInterrupts() // the driver's task may use it, half written
		in.reader = w
		platform.RestoreInterrupts(saved)
	}
	if in.head.Load() == in.tail.Load() {
		return task.Pending
	}
	return task.Ready
}

// Seek looks for a byte among those that were not read. If it is there, that and what came
// before it are taken, and Seek returns true. If not, all stays. A byte is looked at once, so to
// call this often costs nothing. Bytes that wait in
// the device because there is no room here are not found. For the reader.
func (in *Input) Seek(c byte) bool {
	head, tail := in.head.Load(), in.tail.Load()
	at := in.sought
	if at-tail > head-tail {
		at = tail // it has been read past
	}
	for ; at != head; at++ {
		if in.buf[at%ringSize] == c {
			in.taken(at + 1)
			return true
		}
	}
	in.sought = head
	return false
}

// Read takes up to len(p) bytes, and returns how many; 0 if there are none. It does not wait: see
// [Input.Poll]. For the reader.
func (in *Input) Read(p []byte) int {
	tail := in.tail.Load()
	n := min(in.head.Load()-tail, uint32(len(p)))
	for i := range n {
		p[i] = in.buf[(tail+i)%ringSize]
	}
	in.taken(tail + n)
	return int(n)
}

// taken says up to where the bytes have been taken.
func (in *Input) taken(tail uint32) {
	in.tail.Store(tail)
	if in.stalled && in.head.Load()-tail <= ringSize/2 {
		in.stalled = false
		in.driver.Wake()
	}
}

// Received returns how many bytes came in, and how often the driver had to stop
// for want of room.
func (in *Input) Received() (bytes, stalls uint64) {
	saved := platform.MaskInterrupts() // two words each on ARM
	defer platform.RestoreInterrupts(saved)
	return in.received, in.stalls
}

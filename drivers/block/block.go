// Package block is what every block device driver offers, and what its users need know.
//
//	user's task                          driver's task
//	-----------                          -------------
//	Submit(request, waker) --> in flight, at most Depth of them
//	Pending                                   |
//	                                     the device is done, its line wakes the driver
//	                                          |
//	Poll(cx): Ready, Err() <---wake---- Complete
//
// A request is in memory of the user's and is used again and again: no operation
// allocates. Between Submit and completion the request and its buffer are the driver's,
// and the user touches neither.
//
// # Cancellation
//
// A task that is cancelled leaves its requests with the device, and they complete: there
// is no way to take back what a device may be in the middle of writing to memory. No task
// is woken then, since the waker is stale. So a request that can outlive its task must
// not be on that task's stack or given back to a pool with it: its next user asks
// [Request.Busy], or waits for it with [Request.Poll]. In the heap is fine: a driver holds
// a Go pointer to what it has in flight. The other choice, an operation that gives a
// request up, was rejected, since the buffer could then be neither used nor freed.
//
// # Order and durability
//
// Requests in flight complete in any order. A write that has completed may be in a cache
// of the device, and is lost with its power, if [Info].Cached says so; a flush that has
// completed makes every write durable that had completed when the flush was submitted. It
// says nothing of writes that were in flight then. A write that fails, or was in flight at
// a reset, leaves old or new contents, for each sector one or the other.
package block

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// SectorSize is the unit of positions and lengths, in bytes, whatever the device's own is. A
// request begins and ends at whole blocks of the device, [Info].BlockSize.
const SectorSize = 512

// Op is what to do.
type Op uint8

const (
	Read  Op = iota // from the device into the buffer
	Write           // from the buffer to the device
	Flush           // make completed writes durable; no sector, no buffer
	ops
)

var opNames = [...]string{"read", "write", "flush"}

func (o Op) String() string {
	if o < ops {
		return opNames[o]
	}
	return "unknown operation"
}

// Info describes a device. It does not change while the device is there.
type Info struct {
	Name        string
	Sectors     uint64 // of [SectorSize] bytes
	BlockSize   int    // what the device reads and writes at least, in bytes: a multiple of [SectorSize]
	Depth       int    // requests in flight at most
	SectorsMost int    // of one request
	ReadOnly    bool
	Cached      bool // completed writes need a flush to be durable
}

// Device is a block device. All methods are for thread level.
type Device interface {
	Info() Info

	// Submit gives the device a request and returns at once. w is woken when it is done;
	// it may be zero, since [Request.Poll] leaves the waker of the task that waits. Submit
	// allocates only if there is an error. An error means that the request was not taken, and
	// is one of this package's: [ErrFull] if Depth are in flight (each completion makes
	// room), an [*Error] if the device is gone or has failed for good, or what
	// [Request.Begin] says.
	Submit(r *Request, w task.Waker) error

	// Register names register number n of [Request.Complete], for an [Error].
	Register(n uint8) string
}

// What can be wrong with a request. Nothing was sent to the device.
var (
	ErrFull     = errors.New("block: as many requests in flight as the device takes")
	ErrBusy     = errors.New("block: the request is in flight already")
	ErrOp       = errors.New("block: unknown operation")
	ErrRange    = errors.New("block: beyond the last sector")
	ErrSize     = errors.New("block: the buffer is not one or more whole sectors")
	ErrBlock    = errors.New("block: the request is not whole blocks of the device")
	ErrTooLarge = errors.New("block: more sectors than one request can have")
	ErrAlign    = errors.New("block: the buffer does not begin at a multiple of 64 bytes")
	ErrReadOnly = errors.New("block: the device is read-only")
)

// Request is one operation. The exported fields are set by the user before Submit. The
// zero value is a read that has not been submitted. It must not be copied or moved while
// it is in flight.
type Request struct {
	Op     Op
	Sector uint64 // first of Buf
	Buf    []byte // of [Buffer]; nil for a flush

	state    atomic.Uint32
	reason   Reason
	register uint8
	value    uint32
	waker    task.Waker
	device   Device
}

const (
	idle = iota
	inFlight
	done
)

// Busy reports whether the request is with a device. Any level.
//
//go:nosplit
func (r *Request) Busy() bool { return r.state.Load() == inFlight }

// Poll is Ready when the request is not with a device: it is done, or was never submitted. Until
// then it leaves the context's waker, which replaces that of Submit or of an earlier poll. From a
// poll; both levels.
func (r *Request) Poll(cx *task.Context) task.Poll {
	w := cx.Waker()
	saved := platform.MaskInterrupts() // see Complete
	r.waker = w
	isBusy := r.Busy()
	platform.RestoreInterrupts(saved)
	if isBusy {
		return task.Pending
	}
	return task.Ready
}

// Err returns how the request ended: nil, or an [*Error]; [ErrBusy] if it is with a device, and nil
// if it was never submitted. Thread level; allocates if there is an error.
func (r *Request) Err() error {
	if r.Busy() {
		return ErrBusy
	}
	if r.reason == OK {
		return nil
	}
	e := &Error{Device: r.device.Info().Name, Op: r.Op, Sector: r.Sector, Reason: r.reason, Value: r.value}
	if r.register != 0 {
		e.Register = r.device.Register(r.register)
	}
	return e
}

// Begin is the first thing that a driver's Submit does: it checks the request against
// the device's description and makes it one in flight. Thread level.
func (r *Request) Begin(d Device, info *Info, w task.Waker) error {
	if r.Busy() {
		return ErrBusy
	}
	if err := r.check(info); err != nil {
		return err
	}
	r.device = d
	r.waker = w
	r.reason, r.register, r.value = OK, 0, 0
	r.state.Store(inFlight)
	return nil
}

// Withdraw undoes [Request.Begin] of a request that the device has not been given.
func (r *Request) Withdraw() { r.state.Store(idle) }

func (r *Request) check(info *Info) error {
	if r.Op >= ops {
		return ErrOp
	}
	if r.Op == Flush {
		return nil
	}
	n := uint64(len(r.Buf))
	switch {
	case r.Op == Write && info.ReadOnly:
		return ErrReadOnly
	case n == 0 || n%SectorSize != 0:
		return ErrSize
	case n/SectorSize > uint64(info.SectorsMost):
		return ErrTooLarge
	case r.Sector >= info.Sectors || n/SectorSize > info.Sectors-r.Sector:
		return ErrRange
	case address(r.Buf)%Alignment != 0:
		return ErrAlign
	}
	if size := uint64(max(info.BlockSize, SectorSize)); n%size != 0 || r.Sector%(size/SectorSize) != 0 {
		return fmt.Errorf("%w: sector %d and %d bytes, with blocks of %d bytes", ErrBlock, r.Sector, n, size)
	}
	return nil
}

// Complete ends the request: reason, and unless it is [OK] which register or field of the
// device said so (a number that the driver's Register knows, 0 for none) and its value.
// Driver only, once per request; real-time and thread level, or with interrupts masked.
// After this the request may be in the user's hands already.
//
// A poll of the request comes before or after, as a whole: it finds the request done, or its waker
// is the one that is woken.
//
//go:nosplit
func (r *Request) Complete(reason Reason, register uint8, value uint32) {
	r.reason, r.register, r.value = reason, register, value
	saved := platform.MaskInterrupts()
	w := r.waker
	r.state.Store(done)
	platform.RestoreInterrupts(saved)
	w.Wake()
}

// Package virtiorng drives virtio entropy devices: random bytes from the host.
//
//	Read: nothing left --> give the device a buffer, doorbell --> w is woken --> Read
//
// Manual: virtio = OASIS Virtual I/O Device (VIRTIO) Version 1.2, 5.4.
package virtiorng

import (
	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

const (
	bufferSize = 256

	// Timeout is how many ticks the device may take: see [Device.Tick].
	Timeout = 30
)

type state uint8

const (
	absent  state = iota
	ready         // the buffer is the reader's
	waiting       // the buffer is the device's
	failed        // the device was reset; the reader is still to hear of it
	gone
)

// failure is why the device was reset.
type failure uint8

const (
	impossible failure = iota
	late
	asked
)

var failures = [...]struct {
	what, register string
	err            error
}{
	impossible: {"answered what cannot be, and was reset", "used length", drivers.ErrImpossible},
	late:       {"did not answer in time, and was reset", "seconds", drivers.ErrTimeout},
	asked:      {"asked to be reset", "device status", drivers.ErrFailed},
}

// Device is one entropy device, a package variable.
type Device struct {
	Line  uint32     // that it interrupts on
	Owner task.Waker // woken when the device is given up: Present is false then

	transport virtio.Transport
	queue     virtio.Queue
	state     state
	waker     task.Waker // of its task
	reader    task.Waker

	buffer, memory []byte
	left           uint32 // bytes of the buffer that were not read
	age            uint8
	failure        failure
	value          uint32 // of the register that failures names
}

// Start brings the device up behind a transport. Its task, of waker w, must be polled by
// then, and its line registered. Thread level.
func (d *Device) Start(t *virtio.Transport, w task.Waker) error {
	saved := platform.MaskInterrupts()
	d.state, d.transport, d.waker, d.left = absent, *t, w, 0
	platform.RestoreInterrupts(saved)
	if d.memory == nil {
		d.memory, d.buffer = block.Buffer(virtio.QueueMemory), block.Buffer(bufferSize)
	}
	_, err := d.transport.Negotiate(0)
	if err == nil {
		err = d.queue.SetUp(&d.transport, 0, 1, 1, virtio.Address(d.memory))
	}
	if err != nil {
		d.transport.Reset()
		return err
	}
	d.transport.Ready()
	d.state = ready
	irq.Unmask(d.Line)
	return nil
}

// Present reports whether the device is there and works.
func (d *Device) Present() bool { return d.state != absent && d.state != gone }

// Where returns what the device is behind.
func (d *Device) Where() string { return d.transport.Name }

// Reader is where a task gets random bytes, one task at a time.
type Reader struct{ d *Device }

// Reader returns the device's bytes.
func (d *Device) Reader() Reader { return Reader{d} }

// Poll is Ready when there are bytes, or an error to tell. If there are none it asks the device for
// more, and leaves the context's waker, which replaces that of another task. A reader that is
// cancelled loses nothing. From a poll; thread level.
func (r Reader) Poll(cx *task.Context) task.Poll {
	w := cx.Waker()
	saved := platform.MaskInterrupts()
	p := r.d.ready(w)
	platform.RestoreInterrupts(saved)
	return p
}

// ready is Poll with interrupts masked.
func (d *Device) ready(w task.Waker) task.Poll {
	switch d.state {
	case absent, gone, failed:
		return task.Ready
	case ready:
		if d.left > 0 {
			return task.Ready
		}
		d.request()
	}
	d.reader = w
	return task.Pending
}

// request has the device fill the buffer.
func (d *Device) request() {
	if slot, ok := d.queue.Take(); ok {
		d.queue.Buffer(slot, 0, virtio.Address(d.buffer), bufferSize, true, false)
		d.queue.Post(slot, bufferSize)
		d.queue.Notify()
		d.state, d.age = waiting, 0
	}
}

// Read takes up to len(p) random bytes. If there are none it asks the device for more and returns 0;
// it does not wait: see [Reader.Poll]. If the device has failed Read says how, once, and the next one
// asks it again.
// No byte is given out twice. Thread level; allocates only if there is an error.
func (r Reader) Read(p []byte) (n int, err error) {
	d := r.d
	saved := platform.MaskInterrupts()
	n, was := d.read(p)
	f, value := failures[d.failure], d.value
	platform.RestoreInterrupts(saved) // before anything is allocated
	switch was {
	case absent, gone:
		return 0, &virtio.Error{Device: d.transport.Name, What: "the device is gone", Err: drivers.ErrAbsent}
	case failed:
		return 0, &virtio.Error{Device: d.transport.Name, What: f.what, Register: f.register, Value: uint64(value), Err: f.err}
	}
	return n, nil
}

// read is Read with interrupts masked; it says in what state the device was.
func (d *Device) read(p []byte) (n int, was state) {
	switch was = d.state; was {
	case failed:
		d.state = ready
	case ready:
		if d.left == 0 {
			d.request()
			break
		}
		n = copy(p, d.buffer[bufferSize-d.left:])
		clear(d.buffer[bufferSize-d.left:][:n])
		d.left -= uint32(n)
	}
	return n, was
}

// Poll is the device's task. It never completes. Real-time or thread level.
//
//tamagotake:realtime
func (d *Device) Poll(*task.Context) task.Poll {
	if d.state == absent || d.state == gone {
		return task.Pending
	}
	d.transport.Acknowledge()
	if d.state == waiting {
		switch slot, length, result := d.queue.Next(); {
		case result == virtio.None:
			d.ask()
		case result == virtio.Impossible || length == 0: // at least a byte (virtio 5.4.6.2)
			d.reset(impossible, length)
		default:
			d.received(slot, length)
		}
	}
	if d.Present() {
		irq.Unmask(d.Line)
	}
	return task.Pending
}

// received hands the bytes to the reader: those at the end of the buffer, so that one
// number says which are left.
func (d *Device) received(slot uint16, length uint32) {
	d.queue.Free(slot)
	if length < bufferSize {
		copy(d.buffer[bufferSize-length:], d.buffer[:length])
	}
	d.left = length
	d.state = ready
	d.reader.Wake()
}

// ask looks why there is nothing.
func (d *Device) ask() {
	if d.age >= Timeout {
		d.reset(late, Timeout)
	} else if s := d.transport.Status(); s&virtio.StatusNeedsReset != 0 {
		d.reset(asked, s)
	}
}

func (d *Device) reset(why failure, value uint32) {
	d.failure, d.value = why, value
	d.state = gone
	if d.transport.Restart() && d.queue.Restart(&d.transport) {
		d.transport.Ready()
		d.state = failed
	} else {
		d.Owner.Wake()
	}
	d.reader.Wake()
}

// Tick is to be called once a second; it bounds how long the device may take, and gives it up
// if its task is over. Real-time or thread level.
func (d *Device) Tick() {
	saved := platform.MaskInterrupts()
	if d.Present() && d.waker.Done() {
		d.end()
	}
	if d.state == waiting {
		if d.age++; d.age >= Timeout {
			d.waker.Wake()
		}
	}
	platform.RestoreInterrupts(saved)
}

// Remove resets the device; reads fail from then on. Thread level.
func (d *Device) Remove() {
	saved := platform.MaskInterrupts()
	if d.Present() {
		d.end()
	}
	platform.RestoreInterrupts(saved)
}

// end gives the device up. Interrupts masked.
func (d *Device) end() {
	d.transport.Reset()
	d.state = gone
	d.reader.Wake()
	d.Owner.Wake()
}

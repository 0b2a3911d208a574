// Package virtioconsole drives the first port of a virtio console device.
//
//	device --> receive queue --> Input (drivers/serial) --> reader
//	       <-- transmit queue <-- Send
//
// When Input is full the buffers stay with the driver and the device has to wait: nothing
// is dropped.
//
// Manual: virtio = OASIS Virtual I/O Device (VIRTIO) Version 1.2, 5.3.
package virtioconsole

import (
	"math/bits"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Queues of port 0 (virtio 5.3.2), and how many buffers of what size each has here.
const (
	receive    = 0
	transmit   = 1
	slots      = 8
	bufferSize = 256
	queueSpace = (virtio.QueueMemory + 63) &^ 63
)

// Port is one console device, a package variable.
type Port struct {
	Input serial.Input
	Line  uint32     // that it interrupts on
	Owner task.Waker // woken when the device is given up: Present is false then

	transport virtio.Transport
	rx, tx    virtio.Queue
	present   bool
	self      task.Waker // of its task, from the first poll with a device on
	writer    task.Waker
	memory    []byte

	// The buffer that Input has not taken all of.
	holding    bool
	held       uint16
	from, upTo uint32

	resets uint64
}

func (p *Port) buffer(queue, slot uint16) []byte {
	at := 2*queueSpace + (int(queue)*slots+int(slot)%slots)*bufferSize
	return p.memory[at : at+bufferSize]
}

// Start brings the device up behind a transport. Its task must be polled by then, and its
// line registered. Thread level.
func (p *Port) Start(t *virtio.Transport) error {
	saved := platform.MaskInterrupts()
	p.present, p.transport, p.self = false, *t, task.Waker{}
	platform.RestoreInterrupts(saved)
	if p.memory == nil {
		p.memory = block.Buffer(2*queueSpace + 2*slots*bufferSize)
	}
	_, err := p.transport.Negotiate(0)
	if err == nil {
		err = p.rx.SetUp(&p.transport, receive, 1, slots, virtio.Address(p.memory))
	}
	if err == nil {
		err = p.tx.SetUp(&p.transport, transmit, 1, slots, virtio.Address(p.memory)+queueSpace)
	}
	if err != nil {
		p.transport.Reset()
		return err
	}
	saved = platform.MaskInterrupts()
	p.begin()
	platform.RestoreInterrupts(saved)
	irq.Unmask(p.Line)
	return nil
}

// begin lets the device work, and gives it all receive buffers.
func (p *Port) begin() {
	p.holding = false
	p.transport.Ready()
	p.present = true
	for range slots {
		if slot, ok := p.rx.Take(); ok {
			p.offer(slot)
		}
	}
	p.rx.Notify()
}

func (p *Port) offer(slot uint16) {
	p.rx.Buffer(slot, 0, virtio.Address(p.buffer(receive, slot)), bufferSize, true, false)
	p.rx.Post(slot, bufferSize)
}

// Present reports whether the device is there and works.
func (p *Port) Present() bool { return p.present }

// Where returns what the device is behind.
func (p *Port) Where() string { return p.transport.Name }

// Resets returns how often the device had to be reset. What was in its queues was lost
// then. Thread level.
func (p *Port) Resets() uint64 { return p.resets }

// Sender is the way out of a port, for one task.
type Sender struct{ p *Port }

// Sender returns the way out of the port. The way in is its Input.
func (p *Port) Sender() Sender { return Sender{p} }

// Poll is Ready when there is room for a buffer, or an error to tell. Until then it leaves the
// context's waker, which replaces that of another task. From a poll; thread level.
func (s Sender) Poll(cx *task.Context) task.Poll {
	p, w := s.p, cx.Waker()
	saved := platform.MaskInterrupts()
	full := p.present && bits.OnesCount64(p.tx.Busy()) == p.tx.Slots()
	if full {
		p.writer = w
	}
	platform.RestoreInterrupts(saved)
	if full {
		return task.Pending
	}
	return task.Ready
}

// Send takes as much of b as there is room for, and returns how much that is. It does not wait:
// see [Sender.Poll]. Thread level; allocates only if there is an error.
func (s Sender) Send(b []byte) (n int, err error) {
	p := s.p
	saved := platform.MaskInterrupts()
	if !p.present {
		platform.RestoreInterrupts(saved) // before anything is allocated
		return 0, &virtio.Error{Device: p.transport.Name, What: "the device is gone", Err: drivers.ErrAbsent}
	}
	for n < len(b) {
		slot, ok := p.tx.Take()
		if !ok {
			break
		}
		buf := p.buffer(transmit, slot)
		m := copy(buf, b[n:])
		p.tx.Buffer(slot, 0, virtio.Address(buf), uint32(m), false, false)
		p.tx.Post(slot, 0)
		n += m
	}
	p.tx.Notify()
	platform.RestoreInterrupts(saved)
	return n, nil
}

// Poll is the device's task. It never completes. Real-time or thread level.
//
//tamagotake:realtime
func (p *Port) Poll(cx *task.Context) task.Poll {
	if !p.present {
		return task.Pending
	}
	p.self = cx.Waker()
	p.transport.Acknowledge()
	sent, ok := p.sent()
	received, stalled, good := p.receive()
	switch {
	case !ok || !good:
		p.reset()
	case sent+received == 0 && p.transport.Status()&virtio.StatusNeedsReset != 0:
		p.reset()
	}
	if sent > 0 {
		p.writer.Wake()
	}
	p.Input.Flush(cx.Waker(), stalled)
	if p.present {
		irq.Unmask(p.Line)
	}
	return task.Pending
}

// sent takes back what has been transmitted.
func (p *Port) sent() (n int, ok bool) {
	for ; n < slots; n++ {
		slot, _, result := p.tx.Next()
		if result == virtio.None {
			break
		}
		if result == virtio.Impossible {
			return n, false
		}
		p.tx.Free(slot)
	}
	return n, true
}

// receive takes what has come, as far as Input has room.
func (p *Port) receive() (n int, stalled, ok bool) {
	for ; n <= slots; n++ {
		if !p.holding {
			slot, length, result := p.rx.Next()
			if result == virtio.None {
				break
			}
			if result == virtio.Impossible {
				return n, false, false
			}
			p.holding, p.held, p.from, p.upTo = true, slot, 0, length
		}
		buf := p.buffer(receive, p.held)
		for ; p.from < p.upTo; p.from++ {
			if !p.Input.Push(buf[p.from%bufferSize]) {
				return n, true, true
			}
		}
		p.holding = false
		p.offer(p.held)
	}
	if n > 0 {
		p.rx.Notify()
	}
	return n, false, true
}

// reset brings the device up again; what was in its queues is lost.
func (p *Port) reset() {
	p.resets++
	p.present = false
	if p.transport.Restart() && p.rx.Restart(&p.transport) && p.tx.Restart(&p.transport) {
		p.begin()
	} else {
		p.Owner.Wake()
	}
	p.writer.Wake()
}

// Tick is to be called once a second; it gives the device up if its task is over. Real-time or
// thread level.
func (p *Port) Tick() {
	saved := platform.MaskInterrupts()
	if p.present && p.self != (task.Waker{}) && p.self.Done() {
		p.end()
	}
	platform.RestoreInterrupts(saved)
}

// end gives the device up. Interrupts masked.
func (p *Port) end() {
	p.transport.Reset()
	p.present, p.self = false, task.Waker{}
	p.writer.Wake()
	p.Owner.Wake()
}

// Remove resets the device; [Sender.Send] fails from then on. Thread level.
func (p *Port) Remove() {
	saved := platform.MaskInterrupts()
	if p.present {
		p.end()
	}
	platform.RestoreInterrupts(saved)
}

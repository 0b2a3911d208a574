// Package virtioblk drives virtio block devices: several requests in flight, flush, and a
// way back from whatever the device does.
//
//	Submit: slot --> header | data | status --> available ring, doorbell
//	                                                   |
//	Poll:   used ring --> check --> Request.Complete --+--> user's task
//	          |
//	          +-- impossible, late, or the device asks for it: reset, all requests end
//
// The task of a device can be a real-time one: what [Device.Poll] does needs no heap.
//
// Manual: virtio = OASIS Virtual I/O Device (VIRTIO) Version 1.2, 5.2.
package virtioblk

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Depth is how many requests a device has in flight at most; fewer if its queue is small.
const Depth = 16

// Timeout is how many ticks a request may take: see [Device.Tick].
const Timeout = 30

// Features (virtio 5.2.3), configuration (5.2.4), requests (5.2.6).
const (
	featureSizeMax   = 1 << 1
	featureReadOnly  = 1 << 5
	featureBlockSize = 1 << 6
	featureFlush     = 1 << 9

	configCapacity  = 0
	configSizeMax   = 8
	configBlockSize = 20

	typeIn    = 0
	typeOut   = 1
	typeFlush = 4

	statusOK          = 0
	statusError       = 1
	statusUnsupported = 2
	statusNone        = 0xff // written before the device has it

	headerSize  = 16
	queueMemory = (virtio.QueueMemory + headerSize - 1) &^ (headerSize - 1)
	chain       = 3       // header, data, status
	sectorsMost = 1 << 11 // a megabyte, unless the device wants less
)

// Registers and fields, for errors.
const (
	regStatus = iota + 1
	regUsedID
	regUsedLength
	regDevice
	regAge
)

var registers = [...]string{"", "request status", "used id", "used length", "device status", "seconds"}

type state uint8

const (
	absent state = iota
	running
	gone
)

// Device is one block device. It is a package variable: its task knows it by its address.
type Device struct {
	Line  uint32     // that it interrupts on
	Owner task.Waker // woken when the device is given up: Present is false then

	transport virtio.Transport
	queue     virtio.Queue
	info      block.Info
	state     state
	waker     task.Waker

	requests [virtio.SlotsMost]*block.Request // of the slots that are taken; else old ones
	expected [virtio.SlotsMost]uint32         // bytes that must have been written
	age      [virtio.SlotsMost]uint8          // ticks since Submit
	late     bool

	memory             []byte
	headers, responses uintptr

	counts Counts
}

// Counts is what a device has done.
type Counts struct {
	Polls     uint64 // of its task
	Completed uint64 // requests that the device has answered
	Bytes     uint64 // read and written
	Resets    uint64
}

// Start brings the device up behind a transport. Its task, of waker w, must be polled by
// then, and its line registered; interrupts come when this returns. On an error the device
// is reset and not used. Thread level.
func (d *Device) Start(t *virtio.Transport, name string, w task.Waker) error {
	saved := platform.MaskInterrupts()
	d.state, d.transport, d.waker, d.late = absent, *t, w, false
	platform.RestoreInterrupts(saved)
	if err := d.start(name); err != nil {
		d.transport.Reset()
		return err
	}
	saved = platform.MaskInterrupts()
	d.state = running
	d.transport.Ready()
	platform.RestoreInterrupts(saved)
	irq.Unmask(d.Line)
	return nil
}

func (d *Device) start(name string) error {
	t := &d.transport
	got, err := t.Negotiate(featureSizeMax | featureReadOnly | featureBlockSize | featureFlush)
	if err != nil {
		return err
	}
	if d.memory == nil {
		d.memory = block.Buffer(queueMemory + Depth*(headerSize+1))
	}
	base := virtio.Address(d.memory)
	d.headers = base + queueMemory
	d.responses = d.headers + Depth*headerSize
	if err := d.queue.SetUp(t, 0, chain, Depth, base); err != nil {
		return err
	}
	most := uint32(sectorsMost)
	if got&featureSizeMax != 0 {
		most = min(most, t.Config32(configSizeMax)/block.SectorSize)
	}
	if most == 0 {
		return &virtio.Error{Device: t.Name, What: "takes no whole sector", Register: "size_max", Value: uint64(t.Config32(configSizeMax))}
	}
	size := uint32(block.SectorSize)
	if got&featureBlockSize != 0 {
		size = t.Config32(configBlockSize)
	}
	if size < block.SectorSize || size&(size-1) != 0 || size/block.SectorSize > most {
		return &virtio.Error{Device: t.Name, What: "has blocks of a size that cannot be used", Register: "blk_size", Value: uint64(size)}
	}
	sectors := t.Config64(configCapacity)
	d.info = block.Info{
		// What is behind the last whole block cannot be reached.
		Name: name, Sectors: sectors - sectors%uint64(size/block.SectorSize), BlockSize: int(size),
		Depth: d.queue.Slots(), SectorsMost: int(most - most%(size/block.SectorSize)),
		// Without the feature a completed write is durable (virtio 5.2.6.2).
		ReadOnly: got&featureReadOnly != 0, Cached: got&featureFlush != 0,
	}
	return nil
}

// Info is [block.Device]'s.
func (d *Device) Info() block.Info { return d.info }

// Register is [block.Device]'s.
func (d *Device) Register(n uint8) string { return registers[int(n)%len(registers)] }

// Present reports whether the device is there and works.
func (d *Device) Present() bool { return d.state == running }

// Where returns what the device is behind.
func (d *Device) Where() string { return d.transport.Name }

// Counts returns what the device has done. Thread level.
func (d *Device) Counts() Counts {
	saved := platform.MaskInterrupts()
	defer platform.RestoreInterrupts(saved)
	return d.counts
}

// Submit is [block.Device]'s. A flush of a device that has no cache is done at once.
func (d *Device) Submit(r *block.Request, w task.Waker) error {
	if d.state != running {
		return d.isGone(r)
	}
	if err := r.Begin(d, &d.info, w); err != nil {
		return err
	}
	if r.Op == block.Flush && !d.info.Cached {
		r.Complete(block.OK, 0, 0)
		return nil
	}
	// The device's task may be a real-time one, and give the device up until the moment in
	// which interrupts are masked: nothing would end a request that is submitted after that.
	saved := platform.MaskInterrupts()
	there := d.state == running
	ok := there && d.submit(r)
	platform.RestoreInterrupts(saved)
	if ok {
		return nil
	}
	r.Withdraw()
	if !there {
		return d.isGone(r)
	}
	return block.ErrFull
}

func (d *Device) isGone(r *block.Request) error {
	return &block.Error{Device: d.info.Name, Op: r.Op, Sector: r.Sector, Reason: block.Gone}
}

func (d *Device) submit(r *block.Request) bool {
	slot, ok := d.queue.Take()
	if !ok {
		return false
	}
	header, response := d.headers+headerSize*uintptr(slot), d.responses+uintptr(slot)
	kind, write := uint64(typeIn), true
	switch r.Op {
	case block.Write:
		kind, write = typeOut, false
	case block.Flush:
		kind = typeFlush
	}
	store64(header, kind) // type, and a word that is 0
	store64(header+8, r.Sector)
	if r.Op == block.Flush {
		store64(header+8, 0)
	}
	store8(response, statusNone)

	q := &d.queue
	q.Buffer(slot, 0, header, headerSize, false, true)
	last, writable := uint16(1), uint32(1)
	d.expected[slot] = 1
	if r.Op != block.Flush {
		n := uint32(len(r.Buf))
		q.Buffer(slot, 1, virtio.Address(r.Buf), n, write, true)
		last = 2
		if write {
			writable += n
			d.expected[slot] += n
		}
	}
	q.Buffer(slot, last, response, 1, true, false)
	d.requests[slot] = r
	d.age[slot] = 0
	q.Post(slot, writable)
	q.Notify()
	return true
}

func store64(a uintptr, v uint64) { **(**uint64)(unsafe.Pointer(&a)) = v }
func store8(a uintptr, v uint8)   { **(**uint8)(unsafe.Pointer(&a)) = v }
func load8(a uintptr) uint8       { return **(**uint8)(unsafe.Pointer(&a)) }

package virtio

import (
	"math/bits"
	"sync/atomic"
	"unsafe"

	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Limits of a queue. [QueueMemory] is what one of the largest size takes.
const (
	SlotsMost = 64
	sizeMost  = 256

	QueueMemory = sizeMost*descriptorSize + ringHead + 2*sizeMost + 2 + 2 + ringHead + usedSize*sizeMost + 2
)

// Layout of a split virtqueue (virtio 2.7.5, 2.7.6, 2.7.8).
const (
	descriptorSize = 16
	ringHead       = 4 // flags and index
	usedSize       = 8

	flagNext  = 1 // of a descriptor: another follows
	flagWrite = 2 // the device writes to it

	usedNoNotify = 1 // the device does not want to be notified
)

// Queue is a split virtqueue whose descriptors are divided into slots once and for all:
// slot s has those from s*chain on, a chain for one buffer or several. So there is no free
// list, and what the device hands back is checked by a division and one bit.
//
//	descriptors  [slot 0: head data status][slot 1: head data status]...
//	available     index: slots posted so far     ring: their first descriptors
//	used          index: slots done so far       ring: first descriptor, bytes written
//
// Its memory is the device's to read and, of the used ring, to write. What the driver
// needs to know it keeps here. At one time one level uses a queue: mask interrupts if the
// driver's task is a real-time one and this is not it.
type Queue struct {
	number uint16
	size   uint16
	chain  uint16
	slots  uint16

	memory, available, used uintptr
	doorbell                uintptr
	wide                    bool // the doorbell has 32 bits, not 16

	busy     uint64            // slots taken
	posted   uint16            // of the available ring, as the device sees it
	seen     uint16            // of the used ring
	inFlight uint16            // slots the device has
	given    [SlotsMost]uint32 // bytes that the device may write to a slot; notGiven if it has none
}

const notGiven = 1<<32 - 1

// Result is what was found in the used ring.
type Result uint8

const (
	None       Result = iota // nothing new
	Item                     // a slot
	Impossible               // what cannot be: reset the device
)

// SetUp gives the device its queue number n, with slots of chain descriptors each, as many
// as there can be up to most, in memory of [QueueMemory] bytes that stays for good. Between
// Negotiate and Ready. Thread level.
func (q *Queue) SetUp(t *Transport, n uint16, chain, most int, memory uintptr) error {
	if chain < 1 || most < 1 || most > SlotsMost {
		panic("virtio: no such queue")
	}
	size := uint16(1)
	for int(size) < chain*most && size < sizeMost {
		size *= 2
	}
	if device := t.queueMax(n); device < uint32(size) {
		for size > 1 && device < uint32(size) {
			size /= 2
		}
		if int(size) < chain || device == 0 {
			return &Error{Device: t.Name, What: "its queue " + string('0'+rune(n%10)) + " is too small", Register: "queue size", Value: uint64(device)}
		}
	}
	*q = Queue{number: n, size: size, chain: uint16(chain), slots: uint16(min(int(size)/chain, most)), memory: memory}
	q.available = memory + descriptorSize*uintptr(size)
	q.used = (q.available + ringHead + 2*uintptr(size) + 2 + 3) &^ 3
	if !q.Restart(t) {
		return &Error{Device: t.Name, What: "has no usable doorbell or no message for its queue " + string('0'+rune(n%10)), Register: "status", Value: uint64(t.Status())}
	}
	return nil
}

// Slots returns how many slots there are.
func (q *Queue) Slots() int { return int(q.slots) }

// Restart empties the queue and gives it to the device again, after
// [Transport.Restart]. It reports false if the device does not say where its doorbell is,
// or takes no message for the queue.
// Real-time and thread level.
func (q *Queue) Restart(t *Transport) bool {
	q.busy, q.posted, q.seen, q.inFlight = 0, 0, 0, 0
	for i := range q.given {
		q.given[i] = notGiven
	}
	atomic.StoreUint32(word(q.available), 0)
	atomic.StoreUint32(word(q.used), 0)
	q.doorbell, q.wide = t.giveQueue(q), !t.pci
	return q.doorbell != 0
}

// Take takes a slot; false if there is none left. Any level.
func (q *Queue) Take() (slot uint16, ok bool) {
	slot = uint16(bits.TrailingZeros64(^q.busy))
	if slot >= q.slots {
		return 0, false
	}
	q.busy |= 1 << slot
	return slot, true
}

// Busy returns the slots that are taken, a bit each. Any level.
func (q *Queue) Busy() uint64 { return q.busy }

// Free gives a slot back that the device does not have. Any level.
func (q *Queue) Free(slot uint16) { q.busy &^= 1 << slot }

// Address returns where memory lies, as the device is told it. Any level.
func Address(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }

// Buffer describes buffer n of a slot: where it is and how many bytes it has, whether the
// device writes it, and whether another follows. Any level.
func (q *Queue) Buffer(slot, n uint16, addr uintptr, length uint32, write, more bool) {
	var flags, next uint16
	if write {
		flags |= flagWrite
	}
	d := slot*q.chain + n
	if more {
		flags |= flagNext
		next = d + 1
	}
	at := q.memory + descriptorSize*uintptr(d)
	*long(at) = uint64(addr)
	*long(at + 8) = uint64(length) | uint64(flags)<<32 | uint64(next)<<48
}

// Post makes a slot available to the device, which may write as many bytes to its buffers
// as writable says. Any level.
func (q *Queue) Post(slot uint16, writable uint32) {
	q.given[slot%SlotsMost] = writable
	q.inFlight++
	*half(q.available + ringHead + 2*uintptr(q.posted%q.size)) = slot * q.chain
	q.posted++
	// The ring's entry comes before its index, and the index before the look at whether
	// the device wants to be notified (virtio 2.7.13): an atomic store does both.
	atomic.StoreUint32(word(q.available), uint32(q.posted)<<16)
}

// Notify tells the device that there are slots, unless it says that it looks anyway. Any
// level.
func (q *Queue) Notify() {
	switch {
	case atomic.LoadUint32(word(q.used))&usedNoNotify != 0:
	case q.wide:
		mmio.Write32(q.doorbell, uint32(q.number))
	default:
		mmio.Write16(q.doorbell, q.number)
	}
}

// Next returns a slot that the device is done with, and how many bytes it has written. The
// slot stays taken until it is freed or posted again. Any level.
func (q *Queue) Next() (slot uint16, length uint32, r Result) {
	index := uint16(atomic.LoadUint32(word(q.used)) >> 16)
	if index == q.seen {
		return 0, 0, None
	}
	entry := *long(q.used + ringHead + usedSize*uintptr(q.seen%q.size))
	id, length := uint32(entry), uint32(entry>>32)
	slot = uint16(id / uint32(q.chain) % SlotsMost)
	if index-q.seen > q.inFlight || id%uint32(q.chain) != 0 || id/uint32(q.chain) >= uint32(q.slots) ||
		q.given[slot] == notGiven || length > q.given[slot] {
		return uint16(id), length, Impossible
	}
	q.given[slot] = notGiven
	q.inFlight--
	q.seen++
	return slot, length, Item
}

// Pointers to ring memory. By way of a variable, since the memory is not the heap's, and
// vet is right to ask.
func word(a uintptr) *uint32 { return *(**uint32)(unsafe.Pointer(&a)) }
func half(a uintptr) *uint16 { return *(**uint16)(unsafe.Pointer(&a)) }
func long(a uintptr) *uint64 { return *(**uint64)(unsafe.Pointer(&a)) }

// queueMax returns how many descriptors queue n can have; 0 if there is no such queue.
func (t *Transport) queueMax(n uint16) uint32 {
	if t.pci {
		mmio.Write16(t.registers+pciQueueSel, n)
		return uint32(mmio.Read16(t.registers + pciQueueSize))
	}
	mmio.Write32(t.registers+mmioQueueSel, uint32(n))
	return mmio.Read32(t.registers + mmioQueueMax)
}

func (t *Transport) notifyOff(n uint16) uint16 {
	mmio.Write16(t.registers+pciQueueSel, n)
	return mmio.Read16(t.registers + pciNotifyOff)
}

// giveQueue tells the device where a queue is and returns its doorbell, 0 if that is in no
// register or the queue could not interrupt. Messages are read back, since a device may
// have no room for one (virtio 4.1.5.1.2.2).
func (t *Transport) giveQueue(q *Queue) (doorbell uintptr) {
	if t.pci {
		off := uint64(t.notifyOff(q.number)) * uint64(t.multiplier)
		if off+2 > uint64(t.notifySize) || off%2 != 0 {
			return 0
		}
		mmio.Write16(t.registers+pciQueueSize, q.size)
		if t.messages && !(t.setMessage(pciConfigVector) && t.setMessage(pciQueueVector)) {
			return 0
		}
		writeLong(t.registers+pciQueueDesc, q.memory)
		writeLong(t.registers+pciQueueDriver, q.available)
		writeLong(t.registers+pciQueueDevice, q.used)
		mmio.Write16(t.registers+pciQueueEnable, 1)
		return t.notify + uintptr(off)
	}
	r := t.registers
	mmio.Write32(r+mmioQueueSel, uint32(q.number))
	mmio.Write32(r+mmioQueueSize, uint32(q.size))
	writeLong(r+mmioQueueDesc, q.memory)
	writeLong(r+mmioQueueDriver, q.available)
	writeLong(r+mmioQueueDevice, q.used)
	mmio.Write32(r+mmioQueueReady, 1)
	return r + mmioNotify
}

// setMessage makes the configuration's changes, or the selected queue, interrupt by
// message 0.
func (t *Transport) setMessage(reg uintptr) bool {
	mmio.Write16(t.registers+reg, 0)
	return mmio.Read16(t.registers+reg) == 0
}

// writeLong writes a 64-bit address as the two halves that the registers want.
func writeLong(reg, v uintptr) {
	mmio.Write32(reg, uint32(v))
	mmio.Write32(reg+4, uint32(uint64(v)>>32))
}

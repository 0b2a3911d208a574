package virtioblk

import (
	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Poll is the device's task: it ends the requests that the device is done with, and lets
// the line interrupt again. It never completes. If it is cancelled, or ends by a fault,
// [Device.Tick] finds that and gives the device up; to stop it use [Device.Remove] first.
// When the device is given up the line stays masked: the owner of the device takes it off
// the bus and unregisters the line. Real-time or thread level.
//
//tamagotake:realtime
func (d *Device) Poll(*task.Context) task.Poll {
	if d.state != running {
		return task.Pending
	}
	d.counts.Polls++
	d.transport.Acknowledge()
	found := 0
	for ; found < Depth; found++ { // there are no more in flight
		slot, length, result := d.queue.Next()
		if result == virtio.None {
			break
		}
		if result == virtio.Impossible {
			d.reset(block.Impossible, regUsedID, uint32(slot))
			break
		}
		if !d.finish(slot, length) {
			d.reset(block.Reset, 0, 0)
			break
		}
	}
	// The status is read only if there is no other reason for the interrupt: on real
	// hardware a read of a register takes longer than all of the rest.
	if found == 0 && d.state == running {
		d.ask()
	}
	if d.late && d.state == running {
		d.late = false
		if d.overdue() {
			d.reset(block.TimedOut, regAge, Timeout)
		}
	}
	if d.state == running {
		irq.Unmask(d.Line)
	}
	return task.Pending
}

// ask looks whether the device wants to be reset (virtio 2.1.2). One that was taken away
// reads as all ones, so it seems to, and then does not.
func (d *Device) ask() {
	if s := d.transport.Status(); s&virtio.StatusNeedsReset != 0 {
		d.reset(block.Reset, regDevice, s)
	}
}

// finish ends the request of a slot, and reports false if what the device says of it
// cannot be.
func (d *Device) finish(slot uint16, length uint32) (ok bool) {
	r := d.requests[slot]
	status := load8(d.responses + uintptr(slot))
	d.queue.Free(slot)
	d.counts.Completed++
	switch status {
	case statusOK:
		if length < d.expected[slot] {
			r.Complete(block.Impossible, regUsedLength, length)
			return false
		}
		d.counts.Bytes += uint64(len(r.Buf))
		r.Complete(block.OK, 0, 0)
	case statusError:
		r.Complete(block.Failed, regStatus, statusError)
	case statusUnsupported:
		r.Complete(block.Unsupported, regStatus, statusUnsupported)
	default:
		r.Complete(block.Impossible, regStatus, uint32(status))
		return false
	}
	return true
}

// reset ends all requests that the device has, and brings it up again. [block.TimedOut] is
// the reason for those that are late; for the others the reset is.
func (d *Device) reset(reason block.Reason, register uint8, value uint32) {
	d.counts.Resets++
	t := &d.transport
	if !t.Reset() {
		d.end()
		return
	}
	for slot := range uint16(Depth) {
		if d.queue.Busy()&(1<<slot) == 0 {
			continue
		}
		d.queue.Free(slot)
		if reason == block.TimedOut && d.age[slot] < Timeout {
			d.requests[slot].Complete(block.Reset, 0, 0)
		} else {
			d.requests[slot].Complete(reason, register, value)
		}
	}
	if !t.Restart() || !d.queue.Restart(t) {
		d.end()
		return
	}
	t.Ready()
}

// end ends all requests: there is no device any more. It cannot be told to leave their
// memory alone; a device that is there and does not reset is not to be trusted with it,
// but there is nothing that could be done.
func (d *Device) end() {
	d.state = gone
	for slot := range uint16(Depth) {
		if d.queue.Busy()&(1<<slot) != 0 {
			d.queue.Free(slot)
			d.requests[slot].Complete(block.Gone, regDevice, d.transport.Status())
		}
	}
	d.Owner.Wake()
}

// overdue reports whether the device has a request for too long; it may have answered since
// [Device.Tick] found one.
func (d *Device) overdue() bool {
	for slot := range uint16(Depth) {
		if d.queue.Busy()&(1<<slot) != 0 && d.age[slot] >= Timeout {
			return true
		}
	}
	return false
}

// Tick is to be called once a second. A request that the device has not answered for
// [Timeout] ticks ends with [block.TimedOut], and the device is reset. If the device's task
// is over the device is given up. Real-time or thread level.
func (d *Device) Tick() {
	saved := platform.MaskInterrupts()
	if d.state == running && d.waker.Done() {
		d.transport.Reset()
		d.end()
	}
	if d.state == running {
		for slot := range uint16(Depth) {
			if d.queue.Busy()&(1<<slot) == 0 {
				continue
			}
			d.age[slot]++
		}
		if d.late = d.overdue(); d.late {
			d.waker.Wake()
		}
	}
	platform.RestoreInterrupts(saved)
}

// Remove resets the device and ends its requests with [block.Gone], as later ones. The
// Device can be started again, also for another device. Thread level.
func (d *Device) Remove() {
	saved := platform.MaskInterrupts()
	if d.state == running {
		d.transport.Reset()
		d.end()
	}
	platform.RestoreInterrupts(saved)
}

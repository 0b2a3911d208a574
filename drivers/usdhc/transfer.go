package usdhc

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/sd"
	"github.com/tamagotake/tamagotake/hal/cache"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

const (
	sectorSize = block.SectorSize

	// A card may take 100 ms to begin a read, and 500 ms for each write of a sector if it
	// is slow (SD-PL 4.6.2); the controller's own time-out is longer.
	readNS       = 1e9
	writeNS      = 2e9
	writeEachNS  = 20e6
	stopTriesMax = 3

	// ADMA2 descriptor (IMX6ULLRM 58.4.2.4.1): attributes, length, address.
	admaValid    = 1 << 0
	admaEnd      = 1 << 1
	admaTransfer = 2 << 4
	admaSegment  = 32 << 10 // a length has 16 bits
)

// serve does the requests, one after the other, until the card is removed or lost.
func (h *Host) serve() *failure {
	for {
		r := h.next()
		if r == nil {
			if h.Detect && (!h.inserted() || mmio.Read32(h.Base+intStatus)&intRemoved != 0) {
				return h.fail(failRemoved, 0, 0)
			}
			// Errors that come while nothing is in flight belong to no request.
			mmio.Write32(h.Base+intStatus, intErrors)
			h.pause(intRemoved, math.MaxInt64)
			continue
		}
		if f := h.request(r); f != nil {
			return f
		}
	}
}

// request does one request, with its retries, and completes it. A failure is the card's.
func (h *Host) request(r *block.Request) *failure {
	if r.Op == block.Flush {
		h.done(block.OK, 0, 0) // a write is done when the card has programmed it
		return nil
	}
	for attempt := 1; ; attempt++ {
		f := h.transfer(r)
		if f == nil {
			h.done(block.OK, 0, 0)
			return nil
		}
		if f.kind == failRemoved {
			return f
		}
		why := *f
		lost := h.recover()
		if attempt == attemptsMax || lost != nil {
			reason := block.Failed
			if why.kind == failSilent {
				reason = block.TimedOut
			}
			if lost == nil || lost.kind != failRemoved {
				h.done(reason, why.register, why.value)
			}
			return lost
		}
		h.retries++
	}
}

// transfer reads or writes all sectors of a request by one command: ReadMultiple or
// WriteMultiple, for one sector as well, ended by an automatic Stop (IMX6ULLRM 58.5.3.5.3),
// whose answer says whether the card had an error on the way.
func (h *Host) transfer(r *block.Request) *failure {
	sectors := uint32(len(r.Buf) / sectorSize)
	arg := uint32(r.Sector)
	if h.card.bySize {
		arg *= sectorSize
	}
	index, mix, within := uint32(sd.ReadMultiple), uint32(mixRead), int64(readNS)
	if r.Op == block.Write {
		index, mix, within = sd.WriteMultiple, 0, writeNS+int64(sectors)*writeEachNS
	}
	mix |= mixDMA | mixBlockCount | mixAutoStop | mixMulti
	if f := h.dataCommand(index, arg, mix, sectors<<16|sectorSize, r.Buf, within); f != nil {
		return f
	}
	errors := uint32(sd.StatusErrors)
	if r.Sector+uint64(sectors) == h.card.csd.Sectors {
		errors &^= sd.StatusOutOfRange // may be said after the last sector: SD-PL 4.3.3
	}
	if stopped := mmio.Read32(h.Base + cmdRsp0 + 12); stopped&errors != 0 {
		return h.fail(failError, regCard, stopped)
	}
	return nil
}

// ask sends a command that answers with one small block of data, which is then in h.data.
func (h *Host) ask(index, arg, size uint32) *failure {
	if index >= sd.App {
		if f := h.command(sd.AppCommand, h.card.address, respR1); f != nil {
			return f
		}
		index -= sd.App
	}
	return h.dataCommand(index, arg, mixRead|mixDMA, 1<<16|size, h.data[:size], readNS)
}

// dataCommand sends a command with data from or to buf, and waits until they have come, or
// have gone and been programmed (IMX6ULLRM 58.7.5; SDHC 3.7.2).
func (h *Host) dataCommand(index, arg, mix, blocks uint32, buf []byte, withinNS int64) *failure {
	if f := h.ready(presCommandInhibit | presDataInhibit); f != nil {
		return f
	}
	h.describeBuffer(buf)
	cache.ToDevice(h.table)
	cache.ToDevice(buf)
	mmio.Write32(h.Base+intStatus, intSeen&^(intInserted|intRemoved))
	mmio.Write32(h.Base+blkAtt, blocks)
	mmio.Write32(h.Base+admaAddr, address(h.table))
	mmio.Write32(h.Base+mixCtrl, mix)
	mmio.Write32(h.Base+cmdArg, arg)
	mmio.Write32(h.Base+cmdXfrTyp, index<<xfrIndex|respR1|xfrData)
	// The answer's own interrupt is not waited for: the transfer's comes later.
	f := h.await(intTransfer, withinNS)
	if mix&mixRead != 0 {
		cache.FromDevice(buf)
	}
	if f != nil {
		return f
	}
	if status := h.answer(); status&sd.StatusErrors != 0 {
		return h.fail(failError, regCard, status)
	}
	return nil
}

// describeBuffer writes the table of ADMA2 descriptors.
func (h *Host) describeBuffer(buf []byte) {
	at := address(buf)
	for i, left := 0, uint32(len(buf)); left > 0; i += 8 {
		n := min(left, admaSegment)
		attr := uint32(admaValid | admaTransfer)
		if left -= n; left == 0 {
			attr |= admaEnd
		}
		binary.LittleEndian.PutUint32(h.table[i:], n<<16|attr)
		binary.LittleEndian.PutUint32(h.table[i+4:], at)
		at += n
	}
}

// address is where a buffer is, for the controller: memory is mapped one to one.
func address(buf []byte) uint32 {
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(buf))))
}

// recover brings controller and card back after an error (SDHC 3.10): both lines are reset,
// the card is stopped, and asked whether it can transfer. If not, it is identified again; a
// failure says that it is not there any more, or another.
func (h *Host) recover() *failure {
	if f := h.reset(sysResetCmd, sysResetData); f != nil {
		return f
	}
	for range stopTriesMax {
		h.command(sd.Stop, 0, respR1b) // says that it is illegal if the card has stopped
		f := h.command(sd.SendStatus, h.card.address, respR1)
		if f == nil && sd.State(h.answer()) == sd.StateTransfer {
			return nil
		}
		if f != nil && f.kind == failRemoved {
			return f
		}
		if f := h.reset(sysResetCmd, sysResetData); f != nil {
			return f
		}
	}
	before := h.card
	if f := h.identify(); f != nil {
		return f
	}
	if h.card.cid != before.cid || h.card.csd != before.csd {
		return h.fail(failRemoved, 0, 0)
	}
	return nil
}

var _ block.Device = (*Host)(nil)

package usdhc

import (
	"github.com/tamagotake/tamagotake/drivers/sd"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
)

const (
	commandNS = 100e6 // an answer takes 64 clocks, 160 us at 400 kHz
	busyNS    = 1e9   // a card may be busy that long: SD-PL 4.6.2.2 has 250 to 500 ms
	spinMax   = 100_000
)

// command sends a command without data and waits for the answer, and for the end of busy if
// it has one (IMX6ULLRM 58.5.1.4, SDHC 3.7.1).
func (h *Host) command(index, arg, response uint32) *failure {
	if index >= sd.App {
		if f := h.command(sd.AppCommand, h.card.address, respR1); f != nil {
			return f
		}
		index -= sd.App
	}
	if f := h.ready(presCommandInhibit); f != nil {
		return f
	}
	xfr := index<<xfrIndex | response
	want, within := uint32(intCommand), int64(commandNS)
	if index == sd.Stop {
		xfr |= xfrAbort
	}
	mmio.Write32(h.Base+intStatus, intSeen&^(intInserted|intRemoved))
	mmio.Write32(h.Base+mixCtrl, 0)
	mmio.Write32(h.Base+cmdArg, arg)
	mmio.Write32(h.Base+cmdXfrTyp, xfr)
	if f := h.await(want, within); f != nil {
		return f
	}
	if response&xfr48Busy == busyResponse {
		return h.notBusy()
	}
	return nil
}

// notBusy waits until the card lets go of the data line, which it holds low while it is
// busy. The controller does not interrupt for the end of that, so the card is looked at
// each millisecond.
func (h *Host) notBusy() *failure {
	const everyNS = 1e6
	for deadline := platform.Now() + busyNS; mmio.Read32(h.Base+presState)&presDataInhibit != 0; {
		if platform.Now() >= deadline {
			return h.fail(failSilent, regStatus, mmio.Read32(h.Base+intStatus))
		}
		h.sleep(everyNS)
	}
	return nil
}

// ready makes sure that the controller takes a command. After one is answered it does so at
// once; a few reads are for its clock.
func (h *Host) ready(inhibit uint32) *failure {
	for range spinMax {
		if mmio.Read32(h.Base+presState)&inhibit == 0 {
			return nil
		}
	}
	return h.fail(failStuck, regStatus, mmio.Read32(h.Base+intStatus))
}

// answer returns the 32 bits of a short response.
func (h *Host) answer() uint32 { return mmio.Read32(h.Base + cmdRsp0) }

// longAnswer returns a response of 128 bits as it was sent, most significant byte first. The
// controller keeps bits 127 to 8, in its bits 119 to 0; the checksum is gone (58.8.5).
func (h *Host) longAnswer() (b [16]byte) {
	for i := range 15 {
		word := mmio.Read32(h.Base + cmdRsp0 + uintptr(i/4)*4)
		b[14-i] = byte(word >> (i % 4 * 8))
	}
	return b
}

// reset sets reset bits of SYS_CTRL, one at a time, and waits until the controller has
// cleared them (SDHC 2.2.14: it takes some clocks).
func (h *Host) reset(bits ...uint32) *failure {
	for _, bit := range bits {
		mmio.Set(h.Base+sysCtrl, bit|sysOnes)
		n := 0
		for ; mmio.Read32(h.Base+sysCtrl)&bit != 0; n++ {
			if n == spinMax {
				return h.fail(failStuck, regStatus, mmio.Read32(h.Base+intStatus))
			}
		}
	}
	return nil
}

// setClock sets the card's clock to hz at most (IMX6ULLRM 58.7.7): the clock is let stop,
// divided anew, and kept running from then on.
func (h *Host) setClock(hz uint32) *failure {
	mmio.Clear(h.Base+vendSpec, vendClockOn)
	if f := h.stable(); f != nil {
		return f
	}
	prescaler, divisor := dividers(h.RootHz, hz)
	sys := mmio.Read32(h.Base+sysCtrl) &^ 0x000fffff
	mmio.Write32(h.Base+sysCtrl, sys|sysTimeout|prescaler<<8|divisor<<4|sysOnes)
	if f := h.stable(); f != nil {
		return f
	}
	mmio.Set(h.Base+vendSpec, vendClockOn)
	h.card.hz = hz
	return nil
}

func (h *Host) stable() *failure {
	for range spinMax {
		if mmio.Read32(h.Base+presState)&presClockStable != 0 {
			return nil
		}
	}
	return h.fail(failStuck, regStatus, mmio.Read32(h.Base+intStatus))
}

// dividers returns the fields SDCLKFS and DVS (IMX6ULLRM 58.8.12) that make the fastest clock
// of at most hz: SDCLKFS divides by twice its value, a power of two, or by 1 if it is 0; DVS
// by its value and 1.
func dividers(rootHz, hz uint32) (prescaler, divisor uint32) {
	best := uint64(0)
	prescaler, divisor = 0x80, 0xf
	for p := uint64(0); p <= 0x80; p = max(2*p, 1) {
		by := max(2*p, 1)
		d := max((uint64(rootHz)+by*uint64(hz)-1)/(by*uint64(hz)), 1) // rounded up: not faster
		if got := uint64(rootHz) / (by * d); d <= 16 && got > best {
			best, prescaler, divisor = got, uint32(p), uint32(d-1)
		}
	}
	return prescaler, divisor
}

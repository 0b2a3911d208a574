package usdhc

import (
	"fmt"
	"math"

	"github.com/tamagotake/tamagotake/drivers/sd"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
)

const (
	identifyHz = 400_000
	highHz     = 50_000_000
	powerUpNS  = 1e9 // SD-PL 4.2.3.1
	debounceNS = 50e6

	againNSMin = 1e9 // doubled each time
	againNSMax = 64e9
)

// Serve is the driver, the body of a task at thread level: a card after the other. It does not
// return. If it is cancelled, or panics, what was in flight fails with block.Gone, and it can
// be started again.
func (h *Host) Serve(c *coro.Ctx) error {
	h.ctx = c
	h.mu.Lock()
	h.self = c.Waker()
	h.mu.Unlock()
	if err := irq.Register(h.Line, h.Name, irq.Level, c.Waker()); err != nil {
		return err
	}
	defer irq.Unregister(h.Line)
	defer h.lost()
	told, again := "", int64(againNSMin)
	for {
		f := h.identify()
		if f == nil {
			told, again, h.retries = "", againNSMin, 0
			h.report(h.describe())
			h.here(h.card.csd)
			why := *h.serve()
			h.lost()
			f = &why
			h.report("card " + f.text())
			if !h.Detect || h.inserted() {
				continue // perhaps it comes back, or there is another
			}
		} else if text := f.text(); text != told && f.kind != failRemoved && (f.kind != failSilent || h.Detect) {
			told = text // once
			h.report("card not usable: " + text)
		}
		h.lost()
		h.waitForCard(again)
		again = min(2*again, againNSMax)
	}
}

// lost ends what is in flight, after the controller was reset: so it will not write to
// anybody's buffer any more.
func (h *Host) lost() {
	h.quiet()
	h.here(sd.CSD{})
}

// quiet resets the controller; of interrupts only their status is on.
func (h *Host) quiet() *failure {
	f := h.reset(sysResetAll)
	mmio.Write32(h.Base+intSignalEn, 0)
	mmio.Write32(h.Base+intStatusEn, intSeen)
	return f
}

// waitForCard waits until a card is put in. One that is there, but could not be used, and an
// empty slot without a switch, are looked at again after a while, or when a user asks.
func (h *Host) waitForCard(againNS int64) {
	at := platform.Now() + againNS
	for was := h.Detect && h.inserted(); ; {
		is := h.Detect && h.inserted()
		if is && !was {
			break // put in
		}
		if may := is || !h.Detect; may && (h.kicked() || platform.Now() >= at) {
			break
		} else if !may {
			at = math.MaxInt64 // taken out: the next one is not this one
		}
		was = is
		mmio.Write32(h.Base+intStatus, intInserted|intRemoved)
		h.pause(intInserted|intRemoved, at)
	}
	h.sleep(debounceNS)
}

// kicked reports whether a user has asked for a card.
func (h *Host) kicked() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := h.kick
	h.kick = false
	return k
}

// identify brings the controller and the card up to where the card can transfer (SD-PL
// 4.2.3, figure 4-2; IMX6ULLRM 58.7.2).
func (h *Host) identify() *failure {
	h.card = card{}
	if f := h.quiet(); f != nil {
		return f
	}
	mmio.Write32(h.Base+intStatus, intSeen)
	mmio.Write32(h.Base+mixCtrl, 0)
	mmio.Write32(h.Base+wtmkLvl, 128<<16|128) // words: a sector, in both directions
	mmio.Write32(h.Base+protCtrl, protLittleEndian|protADMA2)
	if h.Detect && !h.inserted() {
		return h.fail(failRemoved, 0, 0)
	}
	if f := h.setClock(identifyHz); f != nil {
		return f
	}
	if f := h.reset(sysInit); f != nil {
		return f
	}
	if f := h.command(sd.GoIdle, 0, respNone); f != nil {
		return f
	}
	if f := h.powerUp(); f != nil {
		return f
	}
	if f := h.command(sd.AllSendCID, 0, respR2); f != nil {
		return f
	}
	h.card.cid = h.longAnswer()
	if f := h.command(sd.SendAddress, 0, respR1); f != nil {
		return f
	}
	h.card.address = h.answer() &^ 0xffff
	if f := h.command(sd.SendCSD, h.card.address, respR2); f != nil {
		return f
	}
	csd, err := sd.ParseCSD(h.longAnswer())
	if err != nil {
		return h.fail(failStrange, regCard, 0)
	}
	h.card.csd = csd
	h.card.csd.ReadOnly = csd.ReadOnly || mmio.Read32(h.Base+presState)&presWritable == 0
	if f := h.command(sd.Select, h.card.address, respR1b); f != nil {
		return f
	}
	return h.speedUp()
}

// powerUp asks the card for its voltages until it is ready (SD-PL 4.2.3.1). One that does
// not know SendCondition is of version 1 and has no high capacity.
func (h *Host) powerUp() *failure {
	ask := sd.HostVoltages
	f := h.command(sd.SendCondition, sd.Conditions, respR1)
	switch {
	case f == nil && h.answer()&0xfff == sd.Conditions:
		ask |= sd.HostHighCapacity
	case f == nil:
		return h.fail(failStrange, regCard, h.answer())
	case f.kind != failSilent:
		return f
	default:
		if f := h.reset(sysResetCmd); f != nil {
			return f
		}
	}
	for deadline := platform.Now() + powerUpNS; ; {
		if f := h.command(sd.AppOpCondition, uint32(ask), respR3); f != nil {
			return f
		}
		if ocr := sd.OCR(h.answer()); ocr.Ready() {
			h.card.bySize = !ocr.HighCapacity()
			return nil
		}
		if platform.Now() >= deadline {
			return h.fail(failSilent, regCard, h.answer())
		}
		h.sleep(1e6)
	}
}

// speedUp takes the card to four lines and to its highest clock, as far as card and board
// know them. Before that, the card is as any card is.
func (h *Host) speedUp() *failure {
	if f := h.setClock(h.card.csd.Megahertz * 1e6); f != nil {
		return f
	}
	if h.card.bySize {
		if f := h.command(sd.BlockLength, sectorSize, respR1); f != nil {
			return f
		}
	}
	if f := h.ask(sd.AppSendSCR, 0, 8); f != nil {
		return f
	}
	scr, err := sd.ParseSCR([8]byte(h.data))
	if err != nil {
		return h.fail(failStrange, regCard, 0)
	}
	if scr.FourBits && h.Four {
		const wide = 2
		if f := h.command(sd.AppBusWidth, wide, respR1); f != nil {
			return f
		}
		prot := mmio.Read32(h.Base+protCtrl) &^ protWidth
		mmio.Write32(h.Base+protCtrl, prot|protFourBits)
		h.card.four = true
	}
	const switchClass = 1 << 10
	if !scr.HasSwitch || h.card.csd.Classes&switchClass == 0 {
		return nil
	}
	for _, do := range []bool{false, true} {
		if f := h.ask(sd.Switch, sd.SwitchHighSpeed(do), sd.StatusBlockSize); f != nil {
			return f
		}
		can, does := sd.HasHighSpeed([sd.StatusBlockSize]byte(h.data))
		if !can {
			return nil
		}
		if do && does {
			return h.setClock(highHz)
		}
	}
	return nil
}

func (h *Host) report(text string) {
	if h.Report != nil {
		h.Report(h.Name + ": " + text)
	}
}

func (h *Host) describe() string {
	width, protected := 1, ""
	if h.card.four {
		width = 4
	}
	if h.card.csd.ReadOnly {
		protected = ", read-only"
	}
	return fmt.Sprintf("%v, %d MiB, %d bits at %d MHz%s", sd.ParseCID(h.card.cid),
		h.card.csd.Sectors*sectorSize>>20, width, h.card.hz/1e6, protected)
}

func (f *failure) text() string {
	switch f.kind {
	case failSilent:
		return fmt.Sprintf("does not answer (%s %#x)", regNames[f.register], f.value)
	case failRemoved:
		return "removed"
	case failStuck:
		return fmt.Sprintf("controller does not come out of reset (%s %#x)", regNames[f.register], f.value)
	case failStrange:
		return "says what cannot be of itself"
	}
	return fmt.Sprintf("reports an error (%s %#x)", regNames[f.register], f.value)
}

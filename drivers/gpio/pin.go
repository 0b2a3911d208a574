package gpio

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// ErrPin: there is no such pin.
var ErrPin = errors.New("a pin is BANK.PIN, from 1.0 to 5.31")

// Pin is one pin of a bank; a value, to be copied freely. That its pad is connected to the
// GPIO block, and with which pulls, is the multiplexer's business, before any of this: TamaGo's
// iomuxc package, in the board's file.
type Pin struct {
	bank *Bank
	n    uint8
}

// Pin returns pin n of the bank, or [ErrPin].
func (b *Bank) Pin(n int) (Pin, error) {
	if n < 0 || n >= Pins {
		return Pin{}, fmt.Errorf("gpio%d has no pin %d: %w", b.number, n, ErrPin)
	}
	return Pin{b, uint8(n)}, nil
}

// Parse reads a pin as people write it: 4.21, gpio4.21, or as the manual does, GPIO4_IO21.
func Parse(text string) (bank, pin int, err error) {
	t := strings.TrimPrefix(strings.ToLower(text), "gpio")
	left, right, ok := strings.Cut(t, "_io")
	if !ok {
		left, right, ok = strings.Cut(t, ".")
	}
	if ok {
		b, errB := strconv.ParseUint(left, 10, 8)
		p, errP := strconv.ParseUint(right, 10, 8)
		if errB == nil && errP == nil && b >= 1 && b <= 5 && p < Pins {
			return int(b), int(p), nil
		}
	}
	return 0, 0, fmt.Errorf("no pin %q: %w", text, ErrPin)
}

func (p Pin) String() string { return fmt.Sprintf("gpio%d.%d", p.bank.number, p.n) }

func (p Pin) bit() uint32 { return 1 << p.n }

// High reports whether the pad is high now, input or output. An output shows only if the
// multiplexer feeds the pad back (SION), IMX6ULLRM 28.4.3. Any level.
func (p Pin) High() bool { return mmio.Read32(p.bank.base+psr)&p.bit() != 0 }

// IsOutput reports whether the pin drives its pad, and with what. Any level.
func (p Pin) IsOutput() (output, high bool) {
	return mmio.Read32(p.bank.base+gdir)&p.bit() != 0, mmio.Read32(p.bank.base+dr)&p.bit() != 0
}

// Output makes the pin drive its pad. The data come before the direction, so that the pad
// never has the other value in between. The error is [ErrListened]. Thread level.
func (p Pin) Output(high bool) error {
	saved := platform.MaskInterrupts()
	defer platform.RestoreInterrupts(saved)
	if p.source().trigger != Off {
		return fmt.Errorf("%v: %w", p, ErrListened)
	}
	p.set(high)
	mmio.Set(p.bank.base+gdir, p.bit())
	return nil
}

// Input makes the pin an input. Real-time and thread level.
func (p Pin) Input() {
	saved := platform.MaskInterrupts()
	mmio.Clear(p.bank.base+gdir, p.bit())
	platform.RestoreInterrupts(saved)
}

// Set drives an output pin high or low. Of an input it sets what the pin will drive. Any
// level: the chip has no register to set single bits of, so interrupts are masked for the
// read and the write.
func (p Pin) Set(high bool) {
	saved := platform.MaskInterrupts()
	p.set(high)
	platform.RestoreInterrupts(saved)
}

func (p Pin) set(high bool) {
	if high {
		mmio.Set(p.bank.base+dr, p.bit())
	} else {
		mmio.Clear(p.bank.base+dr, p.bit())
	}
}

func (p Pin) source() *source { return &p.bank.sources[p.n] }

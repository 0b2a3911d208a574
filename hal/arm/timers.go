//go:build tamago && arm

package arm

import (
	"github.com/tamagotake/tamagotake/hal/mmio"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

// The chip's timers beside the core's (IMX6ULLRM tables 2-2 and 3-1).
const (
	GPT1Base  = 0x02098000
	LineGPT1  = imx6ul.BASE_IRQ + 55
	EPIT1Base = 0x020d0000
	LineEPIT1 = imx6ul.BASE_IRQ + 56

	ccgr1  = imx6ul.CCM_CCGR1
	timers = 0b11<<12 | 0b11<<20 | 0b11<<22 // CG6 EPIT1; CG10, CG11 GPT1 (IMX6ULLRM 18.6.24)
)

// StartTimerClocks turns on the clocks of these timers and returns their frequency, 0 if
// it cannot be told. Thread level.
func StartTimerClocks() (hz uint32) {
	mmio.Set(ccgr1, timers)
	return peripheralHz()
}

// peripheralHz follows the peripheral clock from its PLL (IMX6ULLRM figure 18-2). TamaGo's
// function of the kind takes 132 MHz for the clock that is divided last, as the boot ROM
// sets it; QEMU starts with the registers as a reset leaves them, and 99 MHz.
func peripheralHz() uint32 {
	const (
		pll2       = 2
		cbcdr      = 0x020c4014 // IMX6ULLRM 18.6.6
		cbcmr      = 0x020c4018 // IMX6ULLRM 18.6.7
		second     = 1 << 25    // PERIPH_CLK_SEL: not from the PLL
		ahbDivisor = 10         // AHB_PODF, 3 bits
		ipgDivisor = 8          // IPG_PODF, 2 bits
		source     = 18         // PRE_PERIPH_CLK_SEL, 2 bits
	)
	c := mmio.Read32(cbcdr)
	if c&second != 0 {
		return 0
	}
	hz := uint32(imx6ul.PLL2_FREQ)
	switch mmio.Read32(cbcmr) >> source & 3 {
	case 1:
		_, hz = imx6ul.GetPFD(pll2, 2)
	case 2:
		_, hz = imx6ul.GetPFD(pll2, 0)
	case 3:
		_, hz = imx6ul.GetPFD(pll2, 2)
		hz /= 2
	}
	return hz / (c>>ahbDivisor&7 + 1) / (c>>ipgDivisor&3 + 1)
}

//go:build tamago && arm

package arm

import (
	"github.com/usbarmory/tamago/soc/nxp/gpio"
	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

// GPIOBanks is how many GPIO blocks the chip has.
const GPIOBanks = 5

var gpioBlocks = [GPIOBanks]*gpio.GPIO{imx6ul.GPIO1, imx6ul.GPIO2, imx6ul.GPIO3, imx6ul.GPIO4, imx6ul.GPIO5}

// GPIO returns where block n is, from 1, and the two lines on which its pins 0 to 15 and 16
// to 31 interrupt (IMX6ULLRM table 3-1: from interrupt 66 on, two a block, after 32 that
// belong to the core). TamaGo opens the block's clock. Thread level.
func GPIO(n int) (base uintptr, lines [2]uint32) {
	block := gpioBlocks[n-1]
	if _, err := block.Init(0); err != nil {
		panic("gpio: " + err.Error())
	}
	low := uint32(imx6ul.BASE_IRQ + 66 + 2*(n-1))
	return uintptr(block.Base), [2]uint32{low, low + 1}
}

//go:build tamago && arm

package arm

import "github.com/usbarmory/tamago/soc/nxp/imx6ul"

// SDRootHz is the clock that an SD host controller divides for its card: PLL2 PFD2, 396 MHz,
// by 2.
const SDRootHz = 198_000_000

// sdHost returns where SD host controller n is, 1 or 2, and its line (IMX6ULLRM table 3-1:
// interrupts 22 and 23, after 32 that belong to the core). TamaGo opens its clock and sets
// it to SDRootHz.
func sdHost(n int) (base uintptr, line uint32) {
	const divideBy2, fromPFD2 = 1, 0
	host := imx6ul.USDHC1
	if n == 2 {
		host = imx6ul.USDHC2
	}
	host.Init(4)
	if err := host.SetClock(n, divideBy2, fromPFD2); err != nil {
		panic("SD host: " + err.Error())
	}
	return uintptr(host.Base), imx6ul.BASE_IRQ + 21 + uint32(n)
}

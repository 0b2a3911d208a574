//go:build tamago && arm

package arm

import "github.com/usbarmory/tamago/soc/nxp/imx6ul"

// sdRootHz is the clock that an SD host controller divides for its card: PLL2 PFD2, 396 MHz,
// by 2.
const sdRootHz = 198_000_000

// startSDClock has TamaGo open the clock of SD host controller n, 1 or 2, and set it to sdRootHz.
func startSDClock(n int) (hz uint32) {
	const divideBy2, fromPFD2 = 1, 0
	host := imx6ul.USDHC1
	if n == 2 {
		host = imx6ul.USDHC2
	}
	host.Init(4)
	if err := host.SetClock(n, divideBy2, fromPFD2); err != nil {
		panic("SD host: " + err.Error())
	}
	return sdRootHz
}

//go:build tamago && arm && usbarmory

package arm

import (
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/platform"

	"github.com/usbarmory/tamago/soc/nxp/gpio"
	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
	"github.com/usbarmory/tamago/soc/nxp/iomuxc"
)

// The board's two lights, on pins of GPIO4; a low pin is a lit one (TamaGo
// board/usbarmory/mk2; the pads are CSI_DATA00 and CSI_DATA01, as GPIO by their mode 5,
// IMX6ULLRM 32.6).
const (
	LEDWhite = 21 // the kernel is alive
	LEDBlue  = 22 // the kernel has crashed

	ledPadMode = 5
	ledPad     = 1<<iomuxc.SW_PAD_CTL_PKE |
		iomuxc.SW_PAD_CTL_SPEED_100MHZ<<iomuxc.SW_PAD_CTL_SPEED |
		iomuxc.SW_PAD_CTL_DSE_2_R0_6<<iomuxc.SW_PAD_CTL_DSE

	ledData = imx6ul.GPIO4_BASE + gpio.GPIO_DR
)

// init switches both off and only then makes them outputs.
func init() {
	LED(LEDWhite, false)
	LED(LEDBlue, false)
	for _, x := range []struct {
		pin      int
		mux, pad uint32
	}{{LEDWhite, 0x020e01e4, 0x020e0470}, {LEDBlue, 0x020e01e8, 0x020e0474}} {
		pin, err := imx6ul.GPIO4.Init(x.pin)
		if err != nil {
			panic("LED: " + err.Error())
		}
		iomuxc.Init(x.mux, x.pad, ledPadMode).Ctl(ledPad)
		pin.Out()
	}
}

// LED switches a light on or off. Any level.
//
//go:nosplit
func LED(pin uint32, on bool) {
	saved := platform.MaskInterrupts() // other pins are in the same register
	if on {
		mmio.Clear(ledData, 1<<pin)
	} else {
		mmio.Set(ledData, 1<<pin)
	}
	platform.RestoreInterrupts(saved)
}

// faultLight shows that the kernel has crashed.
//
//go:nosplit
func faultLight() {
	LED(LEDWhite, false)
	LED(LEDBlue, true)
}

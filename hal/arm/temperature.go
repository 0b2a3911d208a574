//go:build tamago && arm

package arm

import (
	"errors"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

// ErrEmulated: QEMU does not have the device.
var ErrEmulated = errors.New("this machine is emulated, and has none")

// Temperature returns where the chip's sensor is, and the fuse word that calibrates it. The
// error is [ErrEmulated], or that the fuses cannot be read. Thread level.
func Temperature() (base uintptr, ana1 uint32, err error) {
	if !imx6ul.Native {
		return 0, 0, ErrEmulated
	}
	const bank, word = 1, 6
	ana1, err = imx6ul.OCOTP.Read(bank, word)
	return imx6ul.TEMPMON_BASE, ana1, err
}

// CoreHz returns the clock of the core, 0 if this is emulated. Thread level.
func CoreHz() uint32 {
	if !imx6ul.Native {
		return 0
	}
	return imx6ul.ARMFreq()
}

//go:build tamago && arm && usbarmory

package arm

import (
	"github.com/tamagotake/tamagotake/hal/mmio"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
	"github.com/usbarmory/tamago/soc/nxp/iomuxc"
	"github.com/usbarmory/tamago/soc/nxp/uart"
	_ "unsafe"
)

// The USB armory Mk II. The same image runs on the board and, as it finds out by itself,
// emulated on QEMU's mcimx6ul-evk, whose second serial port is then the console.
//
// TamaGo has a package for this board, board/usbarmory/mk2. It is not imported: as on
// mcimx6ul-evk, it resets the UART, and it takes the runtime's hook for the board, of
// which there can be one.
const (
	boardName = "usbarmory"

	// ConsoleBase is the console's UART, ConsoleLine its interrupt
	// (IMX6ULLRM table 3-1: interrupt 27, after 32 that belong to the core).
	ConsoleBase = imx6ul.UART2_BASE
	ConsoleLine = imx6ul.BASE_IRQ + 27

	// SDBase is the host controller of the card slot, if the board has one: see [SDSlot].
	SDBase = imx6ul.USDHC1_BASE
)

// initBoard is called by the runtime when there is a heap, before main.
//
//go:linkname initBoard runtime/goos.Hwinit1
func initBoard() {
	initProcessor()
	initInterrupts()
}

// initUART comes early, for the report of what goes wrong after it.
func initUART() {
	if imx6ul.Native {
		imx6ul.UART2.Init()
		return
	}
	// Emulated, the port has no clock and no bit rate to be set.
	mmio.Write32(ConsoleBase+uart.UARTx_UCR2,
		1<<uart.UCR2_SRST|1<<uart.UCR2_RXEN|1<<uart.UCR2_TXEN|1<<uart.UCR2_WS|1<<uart.UCR2_IRTS)
	mmio.Write32(ConsoleBase+uart.UARTx_UCR1, 1<<uart.UCR1_UARTEN)
}

// The controller of the USB receptacle on the side, a FUSB303 on I2C1 (FUSB303 datasheet,
// table 23: CONTROL1). Before it is enabled, a debug accessory in the receptacle is not
// connected to the console's UART.
const (
	receptacleAddr     = 0x31
	receptacleControl1 = 0x05
	control1Enable     = 1 << 3
)

// The model is in the top byte of the fuses that hold the Ethernet address (TamaGo
// board/usbarmory/mk2, Model).
const (
	modelBank, modelWord = 4, 2
	modelLAN             = 2
	modelUnknown         = 0xff
)

// model is which of the boards this is; an emulated one is none of them.
var model uint32 = modelUnknown

func boardModel() string {
	switch model {
	case 0:
		return " UA-MKII-beta"
	case 1:
		return " UA-MKII-gamma"
	case modelLAN:
		return " UA-MKII-LAN"
	}
	return ""
}

// init brings up what TamaGo leaves to the board. That it does so rightly can only be seen
// on the board: QEMU has neither the fuses, nor clocks, nor the receptacle's controller.
func init() {
	if !imx6ul.Native {
		return
	}
	if mac, err := imx6ul.OCOTP.Read(modelBank, modelWord); err == nil {
		model = mac >> 24
	}
	fullSpeed()
	connectConsole()
}

// connectConsole lets the console out through the receptacle: on the beta and gamma boards by
// way of a debug accessory; the LAN board has test pads and no such controller. A controller
// that does not answer leaves the kernel without that console, and is no reason to stop it.
func connectConsole() {
	if model == modelLAN || model == modelUnknown {
		return
	}
	imx6ul.I2C1.Init()
	if b, err := imx6ul.I2C1.Read(receptacleAddr, receptacleControl1, 1, 1); err == nil {
		imx6ul.I2C1.Write([]byte{b[0] | control1Enable}, receptacleAddr, receptacleControl1, 1)
	}
}

// fullSpeed sets the core's clock and voltage to what the part is sold for; the boot ROM
// leaves it at 396 MHz. A part whose fuses cannot be read stays as it is.
func fullSpeed() {
	const cfg3Bank, cfg3Word = 0, 4
	cfg3, err := imx6ul.OCOTP.Read(cfg3Bank, cfg3Word)
	if err == nil {
		imx6ul.SetARMFreq(gradeMHz(imx6ul.Family, cfg3))
	}
}

// SDSlot reports whether there is a card slot, and whether a switch says that a card is in it: the
// board has no switch, QEMU has. The LAN board has no slot.
// The slot has no write-protect switch either: the signal is taken from a pad that is not
// connected, pulled down (TamaGo board/usbarmory/mk2; IMX6ULLRM 32.6, SELECT_INPUT). Thread
// level.
func SDSlot() (detect, ok bool) {
	if model == modelLAN {
		return false, false
	}
	wp := iomuxc.Pad{Mux: 0x020e01f4, Pad: 0x020e0480, Daisy: 0x020e066c} // CSI_DATA04
	wp.Mode(8)
	wp.Select(2)
	wp.Ctl(1<<iomuxc.SW_PAD_CTL_PUE | 1<<iomuxc.SW_PAD_CTL_PKE)
	return !imx6ul.Native, true
}

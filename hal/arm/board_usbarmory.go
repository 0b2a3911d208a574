//go:build tamago && arm && usbarmory

package arm

import (
	"tamagotake/hal/mmio"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
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
)

// initBoard is called by the runtime when there is a heap, before main.
//
//go:linkname initBoard runtime/goos.Hwinit1
func initBoard() {
	imx6ul.Init()
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
)

// init lets the console out through the receptacle: on the beta and gamma boards by way of
// a debug accessory; the LAN board has test pads and no such controller. A controller that
// does not answer leaves the kernel without that console, and is no reason to stop it.
func init() {
	if !imx6ul.Native {
		return
	}
	if mac, err := imx6ul.OCOTP.Read(modelBank, modelWord); err != nil || mac>>24 == modelLAN {
		return
	}
	imx6ul.I2C1.Init()
	if b, err := imx6ul.I2C1.Read(receptacleAddr, receptacleControl1, 1, 1); err == nil {
		imx6ul.I2C1.Write([]byte{b[0] | control1Enable}, receptacleAddr, receptacleControl1, 1)
	}
}

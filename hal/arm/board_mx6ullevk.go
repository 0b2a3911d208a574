//go:build tamago && arm && !usbarmory

package arm

import (
	"github.com/tamagotake/tamagotake/hal/mmio"

	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
	"github.com/usbarmory/tamago/soc/nxp/uart"
	_ "unsafe"
)

// The board: its memory, how it is brought up, and where its console is. Another board
// is another file like this one, chosen by its tag.
//
// TamaGo has a package for this board. It is not used, because it resets the UART: what
// was typed ahead, or the first byte of a pipe, would be lost.
const (
	boardName = "mcimx6ul-evk"

	// ConsoleBase is the console's UART, ConsoleLine its interrupt
	// (IMX6ULLRM table 3-1: interrupt 26, after 32 that belong to the core).
	ConsoleBase = imx6ul.UART1_BASE
	ConsoleLine = imx6ul.BASE_IRQ + 26

	// SDBase is the host controller of the card slot, if the board has one: see [SDSlot].
	SDBase = imx6ul.USDHC1_BASE
)

//go:linkname ramSize runtime/goos.RamSize
var ramSize uint32 = 512 << 20

//lint:ignore U1000 read by start.s
var tooLittleText = "tamagotake: this board has less than 512 MiB of memory; start QEMU with -m 512M\r\n"

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
		imx6ul.UART1.Init()
		return
	}
	// Emulated, the port has no clock and no bit rate to be set.
	mmio.Write32(ConsoleBase+uart.UARTx_UCR2,
		1<<uart.UCR2_SRST|1<<uart.UCR2_RXEN|1<<uart.UCR2_TXEN|1<<uart.UCR2_WS|1<<uart.UCR2_IRTS)
	mmio.Write32(ConsoleBase+uart.UARTx_UCR1, 1<<uart.UCR1_UARTEN)
}

func boardModel() string { return "" }

// SDSlot reports whether there is a card slot, and whether a switch says that a card is in it.
// Thread level.
func SDSlot() (detect, ok bool) { return true, true }

// faultLight shows that the kernel has crashed, on boards that have a light for it.
//
//go:nosplit
func faultLight() {}

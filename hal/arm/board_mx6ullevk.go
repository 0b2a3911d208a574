//go:build tamago && arm && !usbarmory

package arm

import (
	_ "github.com/usbarmory/tamago/board/nxp/mx6ullevk"
	"github.com/usbarmory/tamago/soc/nxp/imx6ul"
)

// The board: which package brings it up, and where its console is. Another board
// is another file like this one, chosen by its tag.
const (
	boardName = "mcimx6ul-evk"

	// ConsoleBase is the console's UART, ConsoleLine its interrupt
	// (IMX6ULLRM table 3-1: interrupt 26, after 32 that belong to the core).
	ConsoleBase = imx6ul.UART1_BASE
	ConsoleLine = imx6ul.BASE_IRQ + 26
)

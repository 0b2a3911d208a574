//go:build tamago && arm

package arm

import (
	"github.com/tamagotake/tamagotake/hal"
	"github.com/tamagotake/tamagotake/hal/mmio"

	"github.com/usbarmory/tamago/soc/nxp/uart"
	_ "unsafe"
)

// printk writes one byte: by the console's driver, once there is one; see
// [hal.SetConsole]. Any level.
//
//go:nosplit
//go:linkname printk runtime/goos.Printk
func printk(c byte) {
	if c == '\n' {
		put('\r')
	}
	put(c)
}

//go:nosplit
func put(c byte) {
	if !hal.Print(c) {
		putc(c)
	}
}

// putc writes to the port and waits for it, with a bound: a port that is not there must
// not stop the kernel.
//
//go:nosplit
func putc(c byte) {
	const spinMax = 1 << 20
	for i := 0; i < spinMax && mmio.Read32(ConsoleBase+uart.UARTx_UTS)&(1<<uart.UTS_TXFULL) != 0; i++ {
	}
	mmio.Write32(ConsoleBase+uart.UARTx_UTXD, uint32(c))
}

//go:nosplit
func puts(s string) {
	for i := 0; i < len(s); i++ {
		printk(s[i])
	}
}

//go:nosplit
func putx(v uint32) {
	puts("0x")
	for shift := 28; shift >= 0; shift -= 4 {
		putc("0123456789abcdef"[v>>uint(shift)&0xf])
	}
}

//go:build tamago && amd64

// Package board is what TamaGo's packages need to know of a machine, for QEMU without KVM. It has what
// TamaGo's own board package qemu/microvm has, without its clock: that package ends with a panic where
// the clock of KVM is missing. The counter's frequency, which nothing tells without KVM either, is that
// of QEMU with -icount shift=0, 1 GHz.
package board

import (
	"runtime/goos"
	_ "unsafe"

	"github.com/usbarmory/tamago/amd64"
	"github.com/usbarmory/tamago/soc/intel/uart"
)

var (
	CPU = &amd64.CPU{TimerMultiplier: 1}

	console = &uart.UART{Index: 1, Base: 0x3f8}
)

//go:linkname ramSize runtime/goos.RamSize
var ramSize uint64 = 64 << 20

//go:linkname nanotime runtime/goos.Nanotime
func nanotime() int64 { return CPU.GetTime() }

//go:linkname printk runtime/goos.Printk
func printk(c byte) { console.Tx(c) }

//go:linkname hwinit1 runtime/goos.Hwinit1
func hwinit1() {
	CPU.Init()
	CPU.TimerMultiplier = 1
	console.Init()
	goos.Exit = func(int32) { amd64.Fault() }
}

func init() { CPU.EnableExceptions() }

//go:build tamago

package block

import "github.com/usbarmory/tamago/dma"

// Buffer returns memory that devices can read and write, from TamaGo's DMA region: outside
// of what the Go runtime has, so never moved or collected, and on ARM not cached, so that
// a driver need not clean or invalidate anything. It is for good: keep it and use it
// again. A size of 0, or one that does not fit, panics. Thread level.
func Buffer(size int) []byte {
	_, buf := dma.Reserve(size, Alignment)
	clear(buf)
	return buf
}

//go:build tamago

package main

// MXCSR (Intel SDM 10.2.3): round up, subnormal results are zero.
const (
	statusAtStart = 0x1f80
	statusOdd     = 1<<15 | 1<<14
)

func vectorStatus() uint32
func setVectorStatus(status uint32)

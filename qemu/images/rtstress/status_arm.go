//go:build tamago

package main

// FPSCR (ARM DDI 0406C, B4.1.58): round up, subnormal numbers are zero.
const (
	statusAtStart = 0
	statusOdd     = 1<<24 | 1<<22
)

func vectorStatus() uint32
func setVectorStatus(status uint32)

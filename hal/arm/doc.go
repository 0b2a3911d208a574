// Package arm is the hardware layer for NXP i.MX6UL boards: QEMU's
// mcimx6ul-evk and, with the tag usbarmory, the USB armory Mk II. One Cortex-A7.
//
//	             device
//	               | line
//	     GICv2 / generic timer
//	               | IRQ
//	vectors.s: save, banked stack, rt/irq.Deliver
//	               | wake
//	          rt/task, rt/sched
//
// TamaGo's packages bring processor and chip up, before any init function runs; the vectors
// are this package's, because TamaGo handles one interrupt at a time by waking one
// goroutine, and so are the translation tables, see mapping.go.
//
// Memory is mapped one to one, but for the stacks; mapping.go says what may be done where,
// and docs/internals.md has it as a table.
//
// Manuals: ARM ARM = ARM DDI 0406C.d, Architecture Reference Manual ARMv7-A;
// GIC = ARM IHI 0048B.b, Generic Interrupt Controller 2.0; IMX6ULLRM = i.MX 6ULL
// Applications Processor Reference Manual, rev. 1.
//
// The package is for the target. Plain go doc shows what of it needs no machine; this shows the rest:
//
//	GOOS=tamago GOARCH=arm go doc github.com/tamagotake/tamagotake/hal/arm
package arm

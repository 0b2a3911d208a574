// Package amd64 is the hardware layer for PC-like machines without KVM: QEMU's
// q35 and microvm, in long mode, one processor.
//
//	             device
//	               | line
//	   IOAPIC / LAPIC timer / NMI
//	               | vector
//	vectors.s: save, static stack (IST), rt/irq.Deliver
//	               | wake
//	          rt/task, rt/sched
//
// TamaGo's amd64 package brings the processor up (long mode, page tables, SSE);
// from there on this package does things its own way, because TamaGo handles
// interrupts on the stack of whatever goroutine is running and one at a time.
//
// Memory is mapped one to one; mapping.go says what may be done where, and
// docs/internals.md has it as a table.
//
// Manuals: Intel SDM = 64 and IA-32 Architectures Software Developer's Manual,
// volume 3A, September 2023 (253668-081); ICH9 = Intel I/O Controller Hub 9
// datasheet (316972-004); IOAPIC = 82093AA datasheet (290566-001).
//
// The package is for the target. Plain go doc shows what of it needs no machine; this shows the rest:
//
//	GOOS=tamago GOARCH=amd64 go doc github.com/tamagotake/tamagotake/hal/amd64
package amd64

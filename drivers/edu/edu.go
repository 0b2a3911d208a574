// Package edu drives QEMU's educational device, which computes factorials, and is the example of
// docs/drivers.md: the same device driven in both styles.
//
//	user's task        straight-line, thread level: serve.go      device
//	User.Factorial --request--> Device.Serve ------ FACT ------>
//	               <--answer---               <----- line ------
//
//	user's task        poll function, real-time level: realtime.go
//	Realtime.Factorial ---------------------------- FACT ------>
//	               <--answer--- Realtime.Poll <----- line ------
//
// The first is easier to write and to read: what comes after what is in that order. The second
// sees the interrupt some hundred instructions after the device has raised it, whatever else
// the machine does, and so may do nothing that needs the Go runtime.
//
// Source: QEMU 8.2, "EDU device" (docs/specs/edu.rst).
package edu

import (
	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/hal/mmio"
)

// Registers, as offsets from the base (edu.rst, MMIO area spec); each has 4 bytes.
const (
	id        = 0x00 // 0xRRrr00ed: revision, and what it is
	liveness  = 0x04 // reads as the complement of what was written
	fact      = 0x08 // a number, and then its factorial
	status    = 0x20
	intStatus = 0x24 // why it interrupts: level, until acknowledged
	intAck    = 0x64 // bits to be taken out of intStatus

	idMask, idEdu   = 0xffff, 0x00ed
	statusComputing = 1 << 0
	statusInterrupt = 1 << 7 // interrupt when a factorial is computed
	intFactorial    = 1 << 0
)

// timeoutNS is how long the device may take. QEMU takes microseconds, unless the host has no time for
// the thread that computes.
const timeoutNS = 2e9

// Size is how many bytes of addresses the registers take.
const Size = 0x100

// begin sees that the device at base is one and answers, and brings it into a known state,
// whatever it was doing: nothing pending, interrupts on.
func begin(name string, base uintptr) error {
	if v := mmio.Read32(base + id); v&idMask != idEdu {
		return &drivers.Error{Device: name, Register: "ID", Value: uint64(v), Err: drivers.ErrAbsent}
	}
	const probe = 0x5a5a00ff
	mmio.Write32(base+liveness, probe)
	if v := mmio.Read32(base + liveness); v != ^uint32(probe) {
		return &drivers.Error{Device: name, Register: "LIVENESS", Value: uint64(v), Err: drivers.ErrFailed}
	}
	if mmio.Read32(base+status)&statusComputing != 0 {
		return late(name, base) // with what it was asked before; it cannot be told to stop
	}
	mmio.Write32(base+intAck, mmio.Read32(base+intStatus))
	mmio.Write32(base+status, statusInterrupt)
	return nil
}

// late is the error for a device that has not answered in time.
func late(name string, base uintptr) error {
	return &drivers.Error{Device: name, Register: "STATUS", Value: uint64(mmio.Read32(base + status)), Err: drivers.ErrTimeout}
}

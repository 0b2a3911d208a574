// Package goos is where a board meets the runtime: the variables and functions
// that TamaGo's CPU, SoC and board packages fill in by linkname. The runtime
// calls nothing of a board but these.
//
// It has no assembly, on purpose: this directory exists only in the overlay, and
// the go command starts the assembler inside the package directory. A package
// without assembly is compiled in complete mode, which refuses functions that
// have no body, unless a linkname says where the body is; hence a linkname to
// its own name on each.
package goos

import "unsafe"

// RamStart, RamSize and RamStackOffset say what memory is the runtime's: the
// first byte, how many bytes, and how far below the end the boot stack begins.
// The board's start code reads them before it enters the runtime.
var (
	RamStart       uint
	RamSize        uint
	RamStackOffset uint
)

// Exit ends the system with a status; Idle waits until an interrupt or until
// the given nanotime; ProcID names the processor. Boards may leave them nil.
var (
	Exit   func(code int32)
	Idle   func(until int64)
	ProcID func() uint64
)

// Turn asks for an interrupt at the given nanotime, instead of the one asked for before: if it
// strikes a goroutine, the runtime is entered at runtime·Preempt, and again soon after until
// the next Turn. The time may have passed; the largest is never. A halt in Idle ends it. The
// board may leave it nil; then goroutines run until they yield.
var Turn func(nanotime int64)

// Task and Bloc are for ports with several processors or a foreign memory
// layout. This port has neither, and says so when they are used; they are here
// because TamaGo's packages assign to them.
var (
	Task func(sp, mp, gp, fn unsafe.Pointer)
	Bloc uintptr
)

// Hwinit0 runs before the runtime is set up: no heap, no scheduler.
//
//go:linkname Hwinit0 runtime/goos.Hwinit0
func Hwinit0()

// Hwinit1 runs when the heap and the first processor are there, before main.
//
//go:linkname Hwinit1 runtime/goos.Hwinit1
func Hwinit1()

// InitRNG prepares GetRandomData. It may allocate.
//
//go:linkname InitRNG runtime/goos.InitRNG
func InitRNG()

// GetRandomData fills b. It may allocate.
//
//go:linkname GetRandomData runtime/goos.GetRandomData
func GetRandomData(b []byte)

// Nanotime is the monotonic clock in nanoseconds.
//
//go:linkname Nanotime runtime/goos.Nanotime
func Nanotime() int64

// Printk writes one byte to the console, waiting for it if need be.
//
//go:linkname Printk runtime/goos.Printk
func Printk(c byte)

//go:build tamago

// Command memory is an image that does with memory what memory does not allow: it writes to
// code, constants and the processor's tables, executes what is not code, and runs over the
// end of stacks.
//
//	realtime   each in a real-time task: the task ends, and its joiner is told what was wrong
//	thread     each in a goroutine that has asked for panics: it recovers, and knows the address
//	end        what a byte from the console asks for: c for a goroutine that writes to a
//	           constant, o for an overflow of the boot stack, g for a fault of code that has
//	           lost its g; the kernel ends with a report
//
// It says what it has found line by line, "ok" or "FAILED" first. The test beside it reads
// that.
package main

//lint:file-ignore U1000 what is bad on purpose

import (
	"fmt"
	"runtime"
	"unsafe"
)

// misuse is something that faults. A real-time task and a goroutine do the same.
type misuse struct {
	name string
	do   func()
	addr func() uintptr // where the fault is, nil if that is not known
	want string         // in the text for a real-time task
	nil  bool           // to the Go runtime, it is a nil dereference
}

var (
	nowhere  *[256]int
	noFunc   *func()
	sinkhole int
	variable = [4]uintptr{returns, returns, returns, returns}
	heap     []uintptr
	word     uintptr // the code that call jumps to
)

// constant is in the constants: a text is.
const constant = "a constant"

func constantAddr() uintptr { return uintptr(unsafe.Pointer(unsafe.StringData(constant))) }

//go:noinline
func victim() { sinkhole++ }

func victimAddr() uintptr {
	f := victim
	return **(**uintptr)(unsafe.Pointer(&f))
}

// at makes a pointer of an address.
func at(addr uintptr) *byte { return *(**byte)(unsafe.Pointer(&addr)) }

// call jumps to an address as to a function.
//
//go:noinline
func call(addr uintptr) {
	word = addr
	p := unsafe.Pointer(&word)
	(*(*func())(unsafe.Pointer(&p)))()
}

func overflow()

// loseG faults with an address as g that nothing is mapped at, as after a wild store.
func loseG()

// systemstack calls a function on the boot stack, which is g0's.
//
//go:linkname systemstack runtime.systemstack
func systemstack(func())

func write(addr func() uintptr) func() { return func() { *at(addr()) = 1 } }

func fixed(addr uintptr) func() uintptr { return func() uintptr { return addr } }

func variableAddr() uintptr { return uintptr(unsafe.Pointer(&variable)) }

func heapAddr() uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(heap))) }

var misuses = []misuse{
	{"a nil write", func() { nowhere[0] = 1 }, nil, "nil pointer 0x0, in main.", true},
	{"a nil read, some way on", func() { sinkhole = nowhere[255] }, nil, "nil pointer 0x", true},
	{"a call of nil", func() { (*noFunc)() }, nil, "nil pointer 0x0, in main.", true},
	{"a jump to 0", func() { call(0) }, nil, "nil pointer 0x0, in main.call", true},
	{"a write to code", write(victimAddr), victimAddr, "wrote to read-only memory 0x%x (text of main.victim), in main.", false},
	{"a write to a constant", write(constantAddr), constantAddr, "wrote to read-only memory 0x%x (constants), in main.", false},
	{"a write to a page table", write(fixed(pageTable)), fixed(pageTable), "wrote to read-only memory 0x%x (page tables), in main.", false},
	{"a write to the vectors", write(fixed(vectorPage)), fixed(vectorPage), "wrote to read-only memory 0x%x (" + vectorName + "), in main.", false},
	{"a jump into a variable", func() { call(variableAddr()) }, variableAddr, "executed memory that is not code 0x%x (variables), in main.call", false},
	{"a jump into the heap", func() { call(heapAddr()) }, heapAddr, "executed memory that is not code 0x%x (heap), in main.call", false},
	{"a jump into a constant", func() { call(constantAddr() &^ 3) }, func() uintptr { return constantAddr() &^ 3 }, "executed memory that is not code 0x%x (constants), in main.call", false},
	{"a jump into the own stack", func() { code := [2]uintptr{returns, returns}; call(uintptr(unsafe.Pointer(&code))) }, nil, "executed memory that is not code 0x", false},
}

func init() {
	for _, g := range guards {
		misuses = append(misuses, misuse{"an access below the " + g.stack + " stack", write(fixed(g.page + 0xff0)), fixed(g.page + 0xff0),
			"touched the guard page 0x%x (below the " + g.stack + " stack), in main.", false})
	}
	boot := uintptr(runtime.BootGuard())
	misuses = append(misuses, misuse{"an access below the boot stack", write(fixed(boot)), fixed(boot),
		"touched the guard page 0x%x (below the boot stack), in main.", false})
}

func main() {
	fmt.Printf("memory, %s %s\n", runtime.Version(), runtime.GOARCH)
	heap = make([]uintptr, 100)
	for i := range heap {
		heap[i] = returns
	}
	realtime()
	thread()
	fmt.Println("end")
	switch readByte() {
	case 'c':
		go write(constantAddr)()
	case 'o':
		systemstack(overflow)
	case 'g':
		loseG()
	}
	select {}
}

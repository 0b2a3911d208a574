package task

import (
	"runtime"
	"strconv"
	"strings"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
)

// FaultKind is what the processor, or the budget of a poll, says of a fault.
type FaultKind uint32

const (
	NoFault          FaultKind = iota
	FaultMemory                // an address that is not mapped
	FaultInstruction           // no such instruction
	FaultArithmetic            // division by zero, overflow
	FaultBudget                // the poll took longer than it may
	FaultOther
	FaultNil     // in the first page, which does not exist
	FaultGuard   // below a stack
	FaultWrite   // to code, constants or tables of the processor
	FaultExecute // of memory that is not code
)

var faultNames = [...]string{"no fault", "bad address", "bad instruction", "arithmetic fault", "poll exceeded its budget", "processor exception",
	"nil pointer", "touched the guard page", "wrote to read-only memory", "executed memory that is not code"}

// NameMemory names what an address belongs to, for the text of a fault: "heap", or "text of
// main.poll"; "" for an address that belongs to nothing. guard says that it lies in the page
// below a stack. The hardware layer sets it before the first task. Thread level.
var NameMemory func(addr uintptr) (name string, guard bool)

// Fault is what is known of the fault of a real-time task.
type Fault struct {
	Kind FaultKind
	PC   uintptr
	Addr uintptr // of the access, if there was one

	callers []uintptr // return addresses, innermost first
}

// FaultError is the end of a real-time task in which the processor found a fault, be it
// on purpose: a panic, and everything else that needs the Go runtime, ends there, because
// the runtime finds no processor to work with (see rt/sched/realtime.go).
type FaultError struct {
	ID   uint64
	Task string // name
	Fault
}

// faultError makes the error of a fault. What the processor has not said is found here and
// not at the fault, where interrupts are masked: whether the address is a guard's.
func faultError(id uint64, name string, f *raw.Fault) *FaultError {
	e := &FaultError{id, name, Fault{FaultKind(f.Kind), f.PC, f.Addr, f.ReturnAddresses()}}
	if e.Kind == FaultMemory && NameMemory != nil {
		if _, guard := NameMemory(e.Addr); guard {
			e.Kind = FaultGuard
		}
	}
	return e
}

// slips says what it means when the fault lies in a function of the runtime.
var slips = map[string]string{
	"runtime.gopanic": "panic", "runtime.panicIndex": "index out of range", "runtime.panicdivide": "division by zero",
	"runtime.panicmem": "bad address", "runtime.morestack": "stack overflow", "runtime.morestack_noctxt": "stack overflow",
	"runtime.panicshift": "negative shift", "runtime.goPanicIndex": "index out of range", "runtime.panicIndexU": "index out of range",
	"runtime.panicBounds": "index out of range", "runtime.panicBounds64": "index out of range",
	"runtime.chansend1": "channel send", "runtime.chanrecv1": "channel receive", "runtime.newproc": "go statement",
	"runtime.Gosched": "yield", "runtime.mapassign_fast64": "map write", "runtime.mapassign_fast32": "map write",
	"runtime.mallocgc": "allocation", "runtime.newobject": "allocation",
	"runtime.growslice": "allocation", "runtime.makeslice": "allocation", "runtime.newstack": "stack overflow",
}

// Where returns the function, and file:line in it, in which the fault was: the innermost
// that is not the runtime's; and what it wanted of the runtime, if it did.
func (f *Fault) Where() (function, place, slip string) {
	for i, pc := range append([]uintptr{f.PC + 1}, f.callers...) {
		frames := runtime.CallersFrames([]uintptr{pc})
		for {
			frame, more := frames.Next()
			inRuntime := strings.HasPrefix(frame.Function, "runtime.") || strings.HasPrefix(frame.Function, "internal/runtime")
			if inRuntime && (i == 0 || slip != "") {
				if slip == "" || slips[frame.Function] != "" {
					slip = frame.Function
				}
			} else if frame.Function != "" && !inRuntime {
				return frame.Function, frame.File + ":" + strconv.Itoa(frame.Line), slip
			}
			if !more {
				break
			}
		}
	}
	return "", "", slip
}

// address returns the address of a fault for its text, with the memory that it is in.
func (f *Fault) address() string {
	text := " 0x" + strconv.FormatUint(uint64(f.Addr), 16)
	if NameMemory != nil {
		if name, _ := NameMemory(f.Addr); name != "" {
			text += " (" + name + ")"
		}
	}
	return text
}

func (e *FaultError) Error() string {
	function, place, slip := e.Where()
	what := faultNames[min(int(e.Kind), len(faultNames)-1)]
	switch {
	case e.Kind >= FaultNil: // the access is what was wrong, be it in the runtime
		what += e.address()
	case slips[slip] != "":
		what = slips[slip]
	case slip != "" && e.Kind != FaultBudget:
		what = "call of " + slip
	case e.Kind == FaultMemory:
		what += e.address()
	}
	text := "task " + strconv.FormatUint(e.ID, 10) + " " + e.Task + " faulted: " + what
	if function != "" {
		text += ", in " + function + ", " + place
	}
	return text
}

package main

import "strings"

// A class is what a function of the runtime is to who runs in front of it.
type class struct {
	names  []string // exact, or up to a * at the end
	refuse string   // why not, or ""
	reason string   // why, if it is allowed
	stop   bool     // what it calls does not matter
}

// classes are looked through in order. What is in none of them and is a function of the
// runtime is refused.
var classes = []class{
	{names: []string{"runtime.morestack*"}, reason: "the look at the stack's guard in a prologue; beyond the guard it faults, and the task ends", stop: true},
	{names: []string{"runtime.gopanic", "runtime.panic*", "runtime.goPanic*", "runtime.sigpanic", "runtime.throw"}, reason: "faults on the g of the real-time executor, and the task ends", stop: true},
	{names: []string{"runtime.memmove*", "runtime.memclrNoHeapPointers*", "runtime.memequal*", "runtime.duffzero*", "runtime.duffcopy*"}, reason: "memory only, no barrier"},
	{names: []string{"runtime.WakeG"}, reason: "boot/port's own: a word in a table (port_ARCH.s)"},
	{names: []string{"runtime.findTimer"}, reason: "the TamaGo distribution's part of WakeG: assembly, a loop over the sleepers"},
	{names: []string{"runtime.udiv", "runtime._div*", "runtime.int64div", "runtime.uint64div", "runtime.uint64mod", "runtime.int64mod", "runtime.slowdodiv", "runtime.dodiv", "runtime._mul64by32", "runtime._div64by32", "runtime.float64touint64", "runtime.uint64tofloat64"}, reason: "arithmetic of 32-bit ARM"},
	{names: []string{"internal/runtime/atomic.*", "sync/atomic.*"}, reason: "atomic operations"},
	{names: []string{"runtime.newobject*", "runtime.malloc*", "runtime.makeslice*", "runtime.growslice*", "runtime.concatstring*", "runtime.convT*", "runtime.slicebytetostring*", "runtime.stringtoslicebyte*", "runtime.rawstring*", "runtime.newarray*", "runtime.intstring*", "runtime.persistentalloc*", "runtime.moveSlice*", "runtime.unsafeslice*"}, refuse: "allocates"},
	{names: []string{"runtime.gcWriteBarrier*", "runtime.wbZero", "runtime.wbMove", "runtime.typedmemmove*", "runtime.typedmemclr*", "runtime.typedslicecopy", "runtime.bulkBarrier*"}, refuse: "is a write barrier of the garbage collector"},
	{names: []string{"runtime.map*", "runtime.makemap*", "internal/runtime/maps.*"}, refuse: "is a map operation"},
	{names: []string{"runtime.select*", "runtime.block"}, refuse: "is a select"},
	{names: []string{"runtime.chan*", "runtime.makechan*", "runtime.closechan*"}, refuse: "is a channel operation"},
	{names: []string{"runtime.defer*", "runtime.gorecover", "runtime.recovery"}, refuse: "is a defer"},
	{names: []string{"sync.*", "internal/sync.*", "runtime.lock*", "runtime.unlock*", "runtime.sem*"}, refuse: "is a lock"},
	{names: []string{"runtime.newproc*", "runtime.go"}, refuse: "starts a goroutine"},
	{names: []string{"runtime.*", "internal/runtime/*", "runtime/*", "time.Sleep*", "time.now*"}, refuse: "is of the runtime"},
}

func classOf(name string) *class {
	for i := range classes {
		for _, pattern := range classes[i].names {
			if prefix, ok := strings.CutSuffix(pattern, "*"); name == pattern || ok && strings.HasPrefix(name, prefix) {
				return &classes[i]
			}
		}
	}
	return nil
}

// indirect lists the functions that may call by address, and why what they call is
// verified all the same.
var indirect = map[string]string{
	"interrupt":                           "deliver, others, nested and press, roots",
	"exception":                           "contain, a root",
	"tamagotake/hal/amd64.run":            "the poll functions, roots",
	"tamagotake/hal/amd64.polled":         "sched.Polled and run, roots",
	"tamagotake/hal/amd64.contain":        "note, a root",
	"tamagotake/hal/amd64.enter":          "sched.Next, a root",
	"tamagotake/hal/amd64.throw":          "the thread's way, not in front of the runtime",
	"tamagotake/hal/arm.run":              "the poll functions, roots",
	"tamagotake/hal/arm.polled":           "run, a root",
	"tamagotake/hal/arm.enter":            "sched.Next and run, roots",
	"tamagotake/hal/arm.abort":            "contain, a root",
	"tamagotake/rt/task.Undo.call":        "the functions marked //tamagotake:undo, roots",
	"tamagotake/rt/task.(*Base).takeBack": "the same, where that is inlined",
	"runtime.memmove":                     "its own jump by size",
	"runtime.udiv":                        "runtime.panicdivide, which faults",
	"memory_barrier":                      "the helper of a Linux before ARMv7: not taken, runtime.goarm is 7",
	"cas":                                 "the helper of a Linux before ARMv7: not taken, runtime.goarm is 7",
}

// notFollowed are calls that leave for where the rules do not hold, or for a stack of
// their own.
var notFollowed = map[string]string{
	"tamagotake/hal/amd64.throw":   "an exception of the thread: the runtime's from here",
	"tamagotake/hal/arm.throw":     "an exception of the thread: the runtime's from here",
	"tamagotake/hal/amd64.enter":   "returns at once unless it is called at thread level; a root",
	"tamagotake/hal/arm.enter":     "returns at once unless it is called at thread level; a root",
	"tamagotake/hal/amd64.contain": "a root",
	"tamagotake/hal/amd64.run":     "a root",
	"tamagotake/hal/amd64.abort":   "does not return; ends in contain, a root",
	"tamagotake/hal/arm.abort":     "does not return; ends in contain, a root",
	"tamagotake/hal/amd64.preempt": "the thread's again: the runtime's from here",
	"tamagotake/hal/arm.preempt":   "the thread's again: the runtime's from here",
	"tamagotake/hal/amd64.crash":   "the end of the kernel",
	"tamagotake/hal/arm.crash":     "the end of the kernel",
}

//go:build tamago

// Command verdicts is an image with 48 real-time tasks, each of one kind of code: what the
// compiler makes of a construct of the language or of the standard library, or assembly that
// hides what it does. The test of verify knows which of them may run below the runtime. It
// is never run.
//
//	memory.go    values, copies, pointers and write barriers
//	control.go   calls, switches, defers, recursion, stacks
//	library.go   the standard library and the runtime
//	tricks_*.s   assembly
package main

//lint:file-ignore U1000 each is here to be looked at

import (
	"os"
	"strconv"

	_ "github.com/tamagotake/tamagotake/hal/board" // the machine
	"github.com/tamagotake/tamagotake/rt/task"
)

type (
	cx = *task.Context
	no = *task.None
)

// polls keeps all of them in the image.
var polls = []task.Func[task.None]{
	// memory.go
	dividesWide, convertsFloat, storesThroughUnsafe, copiesPointers, clearsPointer, clearsStruct, storesAddress,
	copiesBytes, comparesOrder, comparesEqual, indexes, passesArray,

	// control.go
	devirtualised, throughDictionary, jumpTable, openDefer, recovers, asserts, switchesOnType, methodValue,
	rangesOverFunc, closure, callsSlot, mutual, sumOfFrames,

	// library.go
	linkedClock, linkedAllocator, atomicPointer, atomicValue, atomicWide, fusedMultiply, squareRoot, exponential, floor,
	triesLock, runsOnce, readsClock, blocksForEver, masksInterrupts, sleeps,

	// tricks_*.s
	stackByAddress, stackByRegister, pushesInLoop, returnsElsewhere, namedLikeAtomic, vectorMemory, vectorRegister, leavesStack,
}

func main() {
	n, _ := strconv.Atoi(os.Args[0])
	count = n
	polls[n%len(polls)](nil, nil)
}

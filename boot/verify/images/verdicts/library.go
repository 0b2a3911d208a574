//go:build tamago

package main

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	mutex  sync.Mutex
	once   sync.Once
	link   atomic.Pointer[int]
	boxed  atomic.Value
	number atomic.Int64
)

//go:linkname nanotime runtime.nanotime
func nanotime() int64

//go:linkname mallocgc runtime.mallocgc
func mallocgc(size uintptr, of unsafe.Pointer, zero bool) unsafe.Pointer

//tamagotake:realtime
func linkedClock(no, cx) task.Poll {
	wide = nanotime()
	return task.Ready
}

//tamagotake:realtime
func linkedAllocator(no, cx) task.Poll {
	word = uintptr(mallocgc(8, nil, true))
	return task.Ready
}

//tamagotake:realtime
func atomicPointer(no, cx) task.Poll {
	link.Store(&count)
	return task.Ready
}

//tamagotake:realtime
func atomicValue(no, cx) task.Poll {
	boxed.Store(count)
	return task.Ready
}

//tamagotake:realtime
func atomicWide(no, cx) task.Poll {
	number.Add(2)
	return task.Ready
}

// On amd64 the instruction for it is one of AVX, behind a variable that is always false.
//
//tamagotake:realtime
func fusedMultiply(no, cx) task.Poll {
	real = math.FMA(real, factor, 1)
	return task.Ready
}

//tamagotake:realtime
func squareRoot(no, cx) task.Poll {
	real = math.Sqrt(factor)
	return task.Ready
}

//tamagotake:realtime
func exponential(no, cx) task.Poll {
	real = math.Exp(factor)
	return task.Ready
}

//tamagotake:realtime
func floor(no, cx) task.Poll {
	real = math.Floor(factor)
	return task.Ready
}

//tamagotake:realtime
func triesLock(no, cx) task.Poll {
	if mutex.TryLock() {
		count++
	}
	return task.Ready
}

//tamagotake:realtime
func runsOnce(no, cx) task.Poll {
	once.Do(bump)
	return task.Ready
}

//tamagotake:realtime
func readsClock(no, cx) task.Poll {
	wide = time.Now().Unix()
	return task.Ready
}

//tamagotake:realtime
func blocksForEver(no, cx) task.Poll { select {} }

//tamagotake:realtime
func masksInterrupts(no, cx) task.Poll {
	platform.MaskInterrupts()
	return task.Ready
}

//tamagotake:realtime
func sleeps(no, cx) task.Poll {
	time.Sleep(time.Second)
	return task.Ready
}

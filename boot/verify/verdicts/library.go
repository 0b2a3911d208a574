//go:build tamago

package main

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/tamagotake/tamagotake/hal"
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
func linkedClock(cx, no) task.Poll {
	wide = nanotime()
	return task.Ready
}

//tamagotake:realtime
func linkedAllocator(cx, no) task.Poll {
	word = uintptr(mallocgc(8, nil, true))
	return task.Ready
}

//tamagotake:realtime
func atomicPointer(cx, no) task.Poll {
	link.Store(&count)
	return task.Ready
}

//tamagotake:realtime
func atomicValue(cx, no) task.Poll {
	boxed.Store(count)
	return task.Ready
}

//tamagotake:realtime
func atomicWide(cx, no) task.Poll {
	number.Add(2)
	return task.Ready
}

// On amd64 the instruction for it is one of AVX, behind a variable that is always false.
//
//tamagotake:realtime
func fusedMultiply(cx, no) task.Poll {
	real = math.FMA(real, factor, 1)
	return task.Ready
}

//tamagotake:realtime
func squareRoot(cx, no) task.Poll {
	real = math.Sqrt(factor)
	return task.Ready
}

//tamagotake:realtime
func exponential(cx, no) task.Poll {
	real = math.Exp(factor)
	return task.Ready
}

//tamagotake:realtime
func floor(cx, no) task.Poll {
	real = math.Floor(factor)
	return task.Ready
}

//tamagotake:realtime
func triesLock(cx, no) task.Poll {
	if mutex.TryLock() {
		count++
	}
	return task.Ready
}

//tamagotake:realtime
func runsOnce(cx, no) task.Poll {
	once.Do(bump)
	return task.Ready
}

//tamagotake:realtime
func readsClock(cx, no) task.Poll {
	wide = time.Now().Unix()
	return task.Ready
}

//tamagotake:realtime
func blocksForEver(cx, no) task.Poll { select {} }

//tamagotake:realtime
func masksInterrupts(cx, no) task.Poll {
	hal.MaskInterrupts()
	return task.Ready
}

//tamagotake:realtime
func sleeps(cx, no) task.Poll {
	time.Sleep(time.Second)
	return task.Ready
}

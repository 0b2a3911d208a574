//go:build tamago

package main

//lint:file-ignore U1000 word is only written

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	count    int
	wide     int64
	unsigned uint64
	real     float64
	factor   float64
	word     uintptr
	text     string
	bytes    []byte
	pointer  *int
	opaque   unsafe.Pointer
	from, to [4]*int
	pair     struct {
		link *int
		name string
	}
)

//tamagotake:realtime
func dividesWide(no, cx) task.Poll {
	wide /= int64(count | 1)
	unsigned %= uint64(wide | 1)
	return task.Ready
}

//tamagotake:realtime
func convertsFloat(no, cx) task.Poll {
	unsigned = uint64(real)
	real = float64(unsigned)
	return task.Ready
}

//tamagotake:realtime
func storesThroughUnsafe(no, cx) task.Poll {
	*(*unsafe.Pointer)(unsafe.Pointer(&pair)) = opaque
	return task.Ready
}

//tamagotake:realtime
func copiesPointers(no, cx) task.Poll {
	copy(to[:], from[:])
	return task.Ready
}

//tamagotake:realtime
func clearsPointer(no, cx) task.Poll {
	pointer = nil
	return task.Ready
}

//tamagotake:realtime
func clearsStruct(no, cx) task.Poll {
	pair.link, pair.name = nil, ""
	return task.Ready
}

// An address is no pointer to the garbage collector.
//
//tamagotake:realtime
func storesAddress(no, cx) task.Poll {
	word = uintptr(unsafe.Pointer(pointer))
	return task.Ready
}

//tamagotake:realtime
func copiesBytes(no, cx) task.Poll {
	copy(bytes, text)
	return task.Ready
}

//tamagotake:realtime
func comparesOrder(no, cx) task.Poll {
	if text < "order" {
		count++
	}
	return task.Ready
}

// The string that is made for it needs no memory.
//
//tamagotake:realtime
func comparesEqual(no, cx) task.Poll {
	if string(bytes) == text {
		count++
	}
	return task.Ready
}

// An index out of range ends the task.
//
//tamagotake:realtime
func indexes(no, cx) task.Poll {
	count = int(bytes[count])
	return task.Ready
}

type block [48]int

var blocks [2]block

//go:noinline
func fourth(b block) int { return b[3] }

// The copy is runtime.duffcopy's, from its middle on.
//
//tamagotake:realtime
func passesArray(no, cx) task.Poll {
	count = fourth(blocks[1])
	return task.Ready
}

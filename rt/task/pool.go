package task

import (
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
)

// Pool is a number of slots for tasks with one type of output. A slot is taken by a
// spawn (SpawnIn of package sched) and is free again when its task is over and the result taken or
// given up.
type Pool[T any] raw.Pool[T]

// Init gives the pool its slots: of a package variable, or from make. Thread level,
// once.
func (p *Pool[T]) Init(slots []Task[T]) {
	(*raw.Pool[T])(p).Init(unsafe.Slice((*raw.Task[T])(unsafe.SliceData(slots)), len(slots)))
}

// Free counts the free slots. Thread level.
func (p *Pool[T]) Free() (n int) { return (*raw.Pool[T])(p).Free() }

// GrowPool is a pool that grows. Its slots come from the heap and stay. The zero value is ready.
type GrowPool[T any] raw.GrowPool[T]

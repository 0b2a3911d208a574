//go:build !explore

// Package atom has the atomic operations of rt, so that there is one place to change
// them:
//
//	build            what an operation is
//	-----            --------------------
//	normal           sync/atomic's, inlined: no cost
//	-tags explore    a step of rt/internal/explore, which tries every order of them
//
// They are those of sync/atomic, which are sequentially consistent, and one more:
// StoreRelease, see there.
package atom

import (
	"runtime"
	"sync/atomic"
)

// Exploring says that this is the build for rt/internal/explore.
const Exploring = false

// Uint32 is an atomic uint32. The zero value is 0.
type Uint32 struct{ v atomic.Uint32 }

//go:nosplit
func (x *Uint32) Load() uint32 { return x.v.Load() }

//go:nosplit
func (x *Uint32) Store(val uint32) { x.v.Store(val) }

//go:nosplit
func (x *Uint32) Swap(val uint32) uint32 { return x.v.Swap(val) }

//go:nosplit
func (x *Uint32) Add(delta uint32) uint32 { return x.v.Add(delta) }

//go:nosplit
func (x *Uint32) CompareAndSwap(old, new uint32) bool { return x.v.CompareAndSwap(old, new) }

// Uint64 is an atomic uint64. The zero value is 0.
type Uint64 struct{ v atomic.Uint64 }

//go:nosplit
func (x *Uint64) Load() uint64 { return x.v.Load() }

//go:nosplit
func (x *Uint64) Add(delta uint64) uint64 { return x.v.Add(delta) }

// Uintptr is an atomic uintptr: the address of an object that something else keeps
// alive. The zero value is 0.
type Uintptr struct{ v atomic.Uintptr }

//go:nosplit
func (x *Uintptr) Load() uintptr { return x.v.Load() }

//go:nosplit
func (x *Uintptr) Store(val uintptr) { x.v.Store(val) }

//go:nosplit
func (x *Uintptr) Swap(val uintptr) uintptr { return x.v.Swap(val) }

//go:nosplit
func (x *Uintptr) CompareAndSwap(old, new uintptr) bool { return x.v.CompareAndSwap(old, new) }

// Relax is called between two tries of something that another goroutine must finish
// first. Thread level only.
func Relax() { runtime.Gosched() }

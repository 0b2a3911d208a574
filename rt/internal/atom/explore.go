//go:build explore

// Package atom, in this build, hands every operation to the explorer; see atom.go for
// what the package is, and rt/internal/explore for the explorer.
package atom

import (
	"runtime"
	"sync/atomic"
)

// Exploring says that this is the build for rt/internal/explore.
const Exploring = true

// Cell is the memory behind one atomic variable.
type Cell struct{ V uint64 }

// Machine runs the operations while a model is explored.
type Machine interface {
	Load(c *Cell) uint64
	Store(c *Cell, val uint64)
	StoreRelease(c *Cell, val uint64)
	// StorePrivate is no step: no other thread can look.
	StorePrivate(c *Cell, val uint64)
	Swap(c *Cell, val uint64) uint64
	CompareAndSwap(c *Cell, old, new uint64) bool
	Add(c *Cell, delta uint64) uint64
	// Acquire waits until the word is 0 and makes it 1, and masks interrupts as Mask does.
	Acquire(c *Cell) (saved uintptr)
	Release(c *Cell, saved uintptr)
	// Mask keeps interrupts of the processor from beginning; Unmask with what it returned
	// restores what was.
	Mask() (saved uintptr)
	Unmask(saved uintptr)
	// Halt unmasks and waits for an interrupt, in one step.
	Halt()
	// Point is a step that does nothing.
	Point()
	// Await blocks until cond holds.
	Await(cond func() bool)
	// Relax blocks until another thread has changed something.
	Relax()
	// Active says whether a thread of the model is running.
	Active() bool
}

// Running is the explorer, nil outside of one.
var Running Machine

func exploring() bool { return Running != nil && Running.Active() }

func (c *Cell) load() uint64 {
	if exploring() {
		return Running.Load(c)
	}
	return atomic.LoadUint64(&c.V)
}

func (c *Cell) store(val uint64) {
	if exploring() {
		Running.Store(c, val)
		return
	}
	atomic.StoreUint64(&c.V, val)
}

func (c *Cell) storeRelease(val uint64) {
	if exploring() {
		Running.StoreRelease(c, val)
		return
	}
	atomic.StoreUint64(&c.V, val)
}

func (c *Cell) storePrivate(val uint64) {
	if exploring() {
		Running.StorePrivate(c, val)
		return
	}
	c.V = val
}

func (c *Cell) swap(val uint64) uint64 {
	if exploring() {
		return Running.Swap(c, val)
	}
	return atomic.SwapUint64(&c.V, val)
}

func (c *Cell) cas(old, new uint64) bool {
	if exploring() {
		return Running.CompareAndSwap(c, old, new)
	}
	return atomic.CompareAndSwapUint64(&c.V, old, new)
}

func (c *Cell) add(delta uint64) uint64 {
	if exploring() {
		return Running.Add(c, delta)
	}
	return atomic.AddUint64(&c.V, delta)
}

// Uint32 is an atomic uint32.
type Uint32 struct{ c Cell }

func (x *Uint32) Load() uint32            { return uint32(x.c.load()) }
func (x *Uint32) Store(val uint32)        { x.c.store(uint64(val)) }
func (x *Uint32) StoreRelease(val uint32) { x.c.storeRelease(uint64(val)) }
func (x *Uint32) Swap(val uint32) uint32  { return uint32(x.c.swap(uint64(val))) }
func (x *Uint32) Add(delta uint32) uint32 { return uint32(x.c.add(uint64(int64(int32(delta))))) }
func (x *Uint32) CompareAndSwap(old, new uint32) bool {
	return x.c.cas(uint64(old), uint64(new))
}

// Acquire begins a critical section; only in this build, for rt/internal/critical.
func (x *Uint32) Acquire() (saved uintptr) {
	if exploring() {
		return Running.Acquire(&x.c)
	}
	return 0
}

// Release ends a critical section.
func (x *Uint32) Release(saved uintptr) {
	if exploring() {
		Running.Release(&x.c, saved)
	}
}

// Mask masks interrupts of the processor; only in this build, for package hal.
func Mask() (saved uintptr) {
	if exploring() {
		return Running.Mask()
	}
	return 0
}

// Unmask restores what Mask returned.
func Unmask(saved uintptr) {
	if exploring() {
		Running.Unmask(saved)
	}
}

// Halt unmasks interrupts and waits for one, in one step.
func Halt() {
	if exploring() {
		Running.Halt()
	}
}

// Point is a step that does nothing: a place between two statements.
func Point() {
	if exploring() {
		Running.Point()
	}
}

// Cell is the memory of the word, for the explorer.
func (x *Uint32) Cell() *Cell { return &x.c }

// Uint64 is an atomic uint64.
type Uint64 struct{ c Cell }

func (x *Uint64) Load() uint64            { return x.c.load() }
func (x *Uint64) Add(delta uint64) uint64 { return x.c.add(delta) }

// Uintptr is an atomic uintptr.
type Uintptr struct{ c Cell }

func (x *Uintptr) Load() uintptr            { return uintptr(x.c.load()) }
func (x *Uintptr) Store(val uintptr)        { x.c.store(uint64(val)) }
func (x *Uintptr) StoreRelease(val uintptr) { x.c.storeRelease(uint64(val)) }
func (x *Uintptr) StorePrivate(val uintptr) { x.c.storePrivate(uint64(val)) }
func (x *Uintptr) Swap(val uintptr) uintptr { return uintptr(x.c.swap(uint64(val))) }
func (x *Uintptr) CompareAndSwap(old, new uintptr) bool {
	return x.c.cas(uint64(old), uint64(new))
}

// Relax is called between two tries of something that another thread must finish first.
func Relax() {
	if exploring() {
		Running.Relax()
		return
	}
	runtime.Gosched()
}

// Await blocks until cond holds; only in this build, for what stands in for a machine.
func Await(cond func() bool) {
	if exploring() {
		Running.Await(cond)
		return
	}
	for !cond() {
		runtime.Gosched()
	}
}

// Peek loads without being a step: for conditions of Await.
func (x *Uint32) Peek() uint32   { return uint32(x.c.V) }
func (x *Uint64) Peek() uint64   { return x.c.V }
func (x *Uintptr) Peek() uintptr { return uintptr(x.c.V) }

func (x *Uintptr) LoadMasked() uintptr     { return x.Load() }
func (x *Uintptr) StoreMasked(val uintptr) { x.Store(val) }
func (x *Uint32) LoadMasked() uint32       { return x.Load() }
func (x *Uint32) StoreMasked(val uint32)   { x.Store(val) }

func (x *Uint32) LoadRelaxed() uint32 { return x.Load() }
func (x *Uint32) LoadStable() uint32  { return uint32(x.c.V) }

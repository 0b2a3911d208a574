//go:build !race && !explore

package atom

import "unsafe"

// LoadMasked loads where interrupts are masked and no other processor has to do with the
// word: nothing can come in between, so it need not be atomic. A thread that was interrupted in the
// middle of an atomic operation of the same word had done it, or will do it anew: on
// amd64 it is one instruction, and on ARM the entry of the interrupt clears the exclusive
// monitor.
//
//go:nosplit
func (x *Uintptr) LoadMasked() uintptr { return *(*uintptr)(unsafe.Pointer(&x.v)) }

// StoreMasked stores where interrupts are masked; see [Uintptr.LoadMasked].
//
//go:nosplit
func (x *Uintptr) StoreMasked(val uintptr) { *(*uintptr)(unsafe.Pointer(&x.v)) = val }

// LoadMasked is that of [Uintptr].
//
//go:nosplit
func (x *Uint32) LoadMasked() uint32 { return *(*uint32)(unsafe.Pointer(&x.v)) }

// LoadStable loads a word of which the caller uses only the part that no other thread changes now: its own
// task's generation, for instance. To the explorer it is no step.
//
//go:nosplit
func (x *Uint32) LoadStable() uint32 { return *(*uint32)(unsafe.Pointer(&x.v)) }

// LoadRelaxed loads a word between two operations of another word that both see it. It is a
// plain load: sync/atomic has none, and its Load is a call with two barriers on ARM.
//
//go:nosplit
func (x *Uint32) LoadRelaxed() uint32 { return *(*uint32)(unsafe.Pointer(&x.v)) }

// StoreMasked is that of [Uintptr].
//
//go:nosplit
func (x *Uint32) StoreMasked(val uint32) { *(*uint32)(unsafe.Pointer(&x.v)) = val }

//go:build amd64 && !race && !explore

package atom

import "unsafe"

// StoreRelease stores val; a load that sees it sees also what was stored before. Unlike
// Store, it is no fence: a later load of the same processor may be done before the
// store is seen by others. Use it where no decision hangs on that order, and let the
// explorer, which knows store buffers, look for one.
//
// Go has no such operation: its atomic stores are XCHG on amd64, a locked operation
// that costs as much as a compare-and-swap. A plain MOV is a release on this processor
// (Intel SDM 3A, 9.2.2: stores are not reordered with older stores or loads), and the
// compiler keeps stores and atomic operations in the order of the program, since they
// are one chain of memory states in its intermediate form. The race detector must see
// an atomic operation, and other processors need a barrier: release_other.go.
//
//go:nosplit
func (x *Uintptr) StoreRelease(val uintptr) { *(*uintptr)(unsafe.Pointer(&x.v)) = val }

// StoreRelease is that of [Uintptr].
//
//go:nosplit
func (x *Uint32) StoreRelease(val uint32) { *(*uint32)(unsafe.Pointer(&x.v)) = val }

// StorePrivate stores val where no other thread can look before it is published by
// another operation.
//
//go:nosplit
func (x *Uintptr) StorePrivate(val uintptr) { *(*uintptr)(unsafe.Pointer(&x.v)) = val }

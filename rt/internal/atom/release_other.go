//go:build (!amd64 || race) && !explore

package atom

// StoreRelease stores val; see release_amd64.go.
//
//go:nosplit
func (x *Uintptr) StoreRelease(val uintptr) { x.v.Store(val) }

// StoreRelease is that of [Uintptr].
//
//go:nosplit
func (x *Uint32) StoreRelease(val uint32) { x.v.Store(val) }

// StorePrivate stores val where no other thread can look before it is published by
// another operation.
//
//go:nosplit
func (x *Uintptr) StorePrivate(val uintptr) { x.v.Store(val) }

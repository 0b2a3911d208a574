//go:build race

package raw

import (
	"sync/atomic"
	"unsafe"
)

// The race detector is to see atomic operations; see exec.go.

func (h *Header) word() *unsafe.Pointer { return (*unsafe.Pointer)(unsafe.Pointer(&h.exec)) }
func (h *Header) runQueue() *RunQueue   { return (*RunQueue)(atomic.LoadPointer(h.word())) }
func (h *Header) bind(t *RunQueue)      { atomic.StorePointer(h.word(), unsafe.Pointer(t)) }

//go:build race

package task

import (
	"sync/atomic"
	"unsafe"
)

// The race detector is to see atomic operations; see exec.go.

func (h *Header) word() *unsafe.Pointer { return (*unsafe.Pointer)(unsafe.Pointer(&h.exec)) }
func (h *Header) target() *Target       { return (*Target)(atomic.LoadPointer(h.word())) }
func (h *Header) bind(t *Target)        { atomic.StorePointer(h.word(), unsafe.Pointer(t)) }

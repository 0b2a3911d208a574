// Package cache hands memory to devices and takes it back.
//
//	ToDevice(buf)     the device starts   ...   it is done     FromDevice(buf)
//	   |                                                            |
//	   write dirty lines to memory,                  drop lines that the processor has
//	   and drop them                                 fetched ahead meanwhile
//
// On the i.MX6UL devices do not look into the processor's cache. What the processor has
// written must be in memory before a device reads it; and a line that is dirty when the
// device writes the same memory would be written over it later. Between the two calls
// the processor does not touch the buffer, and no cache line (64 bytes) may be shared with anything
// else: begin and length are multiples of [Line].
//
// Memory of TamaGo's DMA region (package dma; the on-chip RAM) is mapped uncached, so there
// is nothing to write or drop, and both calls cost a few cycles a line. A driver makes them
// nevertheless, so that a buffer can be anywhere.
//
// On amd64 devices see the cache: both do nothing but keep the order of accesses, which is
// that of the program there.
//
// TamaGo has FlushDataCache, which empties the whole cache: with 512 KiB of it that takes
// longer than a request to a card, and only a line by line operation may be used while
// other lines are the device's.
package cache

import "unsafe"

// Line is the size of a cache line in bytes: Cortex-A7 MPCore TRM r0p5 (ARM DDI 0464F),
// 6.1; and of amd64.
const Line = 64

// ToDevice hands the buffer to a device that will read or write it. After it returns, what
// was written to the buffer is in memory, and a register that is written starts the device
// later than that. Any level; its time grows with the buffer.
func ToDevice(buf []byte) { toDevice(bounds(buf)) }

// FromDevice takes the buffer back when the device has said that it is done: what is read
// from now on is what the device has written. Any level; its time grows with the buffer.
func FromDevice(buf []byte) { fromDevice(bounds(buf)) }

func bounds(buf []byte) (start, end uintptr) {
	start = uintptr(unsafe.Pointer(unsafe.SliceData(buf)))
	return start, start + uintptr(len(buf))
}

// Package exercise says what the monitor's disk exercise does to a disk: a sequence of
// reads and writes that a number determines, so that who looks at the disk afterwards can
// tell what must be on it, and what may be.
package exercise

import "encoding/binary"

// BlockSize is the size of what each operation reads or writes, in bytes, and FlushEvery
// after how many operations all that were done before are flushed.
const (
	BlockSize  = 4096
	FlushEvery = 100
)

// Op is one operation.
type Op struct {
	Block uint64
	Write bool
}

// mix makes 64 bits of two numbers that look like nothing: splitmix64.
func mix(a, b uint64) uint64 {
	z := a*0x9e3779b97f4a7c15 + b + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// At returns operation number n of the sequence, over so many blocks.
func At(seed, n, blocks uint64) Op {
	r := mix(seed, n)
	return Op{Block: (r >> 1) % blocks, Write: r&1 == 1}
}

// Fill makes the contents that operation number n writes.
func Fill(buf []byte, seed, n uint64) {
	x := mix(seed, ^n)
	for i := 0; i+8 <= len(buf); i += 8 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		binary.LittleEndian.PutUint64(buf[i:], x)
	}
}

// Is reports whether buf has the contents that operation number n writes.
func Is(buf []byte, seed, n uint64) bool {
	x := mix(seed, ^n)
	for i := 0; i+8 <= len(buf); i += 8 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		if binary.LittleEndian.Uint64(buf[i:]) != x {
			return false
		}
	}
	return true
}

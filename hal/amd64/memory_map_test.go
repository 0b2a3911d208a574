//go:build !tamago && amd64 && linux

package amd64

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

const (
	multiboot = 0x36d76289
	start     = 0x100000
	limit     = 0xc0000000
	unknown   = 0x4000000
)

// low is memory that 32 bits reach.
func low(t *testing.T) (b []byte, addr uint32) {
	t.Helper()
	b, err := unix.Mmap(-1, 0, 1<<16, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_32BIT)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(b) })
	return b, uint32(uintptr(unsafe.Pointer(&b[0])))
}

type entry struct {
	addr, size uint64
	kind       uint32
}

// entries writes a map.
func entries(b []byte, stride int, list []entry) {
	le := binary.LittleEndian
	for i, e := range list {
		le.PutUint64(b[i*stride:], e.addr)
		le.PutUint64(b[i*stride+8:], e.size)
		le.PutUint32(b[i*stride+16:], e.kind)
	}
}

// pvh writes hvm_start_info with the map behind it; what is nothing to us is noise.
func pvh(b []byte, addr uint32, list []entry) (magic, info uint32) {
	le := binary.LittleEndian
	noise(b)
	le.PutUint32(b, 0x336ec578)
	le.PutUint32(b[4:], 1)
	le.PutUint64(b[40:], uint64(addr)+64)
	le.PutUint32(b[48:], uint32(len(list)))
	entries(b[64:], 24, list)
	return rand.Uint32() | 1, addr
}

// multiboot2 writes tags: two that are nothing to us, the second of them of an odd size,
// then the map.
func multiboot2(b []byte, addr uint32, stride int, list []entry) (magic, info uint32) {
	le := binary.LittleEndian
	noise(b)
	le.PutUint32(b[8:], 1)
	le.PutUint32(b[12:], 16)
	le.PutUint32(b[24:], 2)
	le.PutUint32(b[28:], 13)
	at := 40
	size := 16 + stride*len(list)
	le.PutUint32(b[at:], 6)
	le.PutUint32(b[at+4:], uint32(size))
	le.PutUint32(b[at+8:], uint32(stride))
	le.PutUint32(b[at+12:], 0)
	entries(b[at+16:], stride, list)
	at += (size + 7) &^ 7
	le.PutUint32(b[at:], 0)
	le.PutUint32(b[at+4:], 8)
	le.PutUint32(b, uint32(at+8))
	return multiboot, addr
}

func noise(b []byte) {
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
}

// model is what the start should find: the end of what is usable without a gap from start
// on.
func model(list []entry) uint32 {
	end := uint64(start)
	for grown := true; grown; {
		grown = false
		for _, e := range list {
			usable := e.kind == 1 || e.kind == 3 || e.kind == 4
			if to := min(e.addr+e.size, limit); usable && e.addr <= end && to > end {
				end, grown = to, true
			}
		}
	}
	if end == start {
		return unknown
	}
	return uint32(end - start)
}

func TestMemoryMap(t *testing.T) {
	b, addr := low(t)
	for _, c := range []struct {
		name string
		list []entry
		want uint32
	}{
		{"none", nil, unknown},
		{"q35, 64 MiB", []entry{{0, 0x9fc00, 1}, {0x9fc00, 0x400, 2}, {0xf0000, 0x10000, 2}, {start, 0x3ee0000, 1}, {0x3fe0000, 0x20000, 2}}, 0x3ee0000},
		{"all from zero", []entry{{0, 0x4000000, 1}}, 0x3f00000},
		{"UEFI: pieces, ACPI's in the middle", []entry{{0, 0xa0000, 1}, {start, 0x700000, 1}, {0x800000, 0x8000, 4}, {0x808000, 0x3000, 1}, {0x80b000, 0x1000, 4},
			{0x80c000, 0x4000, 1}, {0x810000, 0xf0000, 4}, {0x900000, 0xe000000, 1}, {0xe900000, 0x100000, 3}, {0xea00000, 0x1000, 2}, {0xea01000, 0x1000, 1}}, 0xe900000},
		{"the same backwards", []entry{{0xea00000, 0x1000, 2}, {0xe900000, 0x100000, 3}, {0x900000, 0xe000000, 1}, {0x810000, 0xf0000, 4}, {start, 0x710000, 1}}, 0xe900000},
		{"a gap of a byte", []entry{{start, 0x1000, 1}, {start + 0x1001, 0x1000, 1}}, 0x1000},
		{"up to the devices", []entry{{start, 0x1_0000_0000, 1}}, limit - start},
		{"past the devices", []entry{{start, 0xf0000000, 1}}, limit - start},
		{"past 32 bits", []entry{{start, 0xffffffff, 1}}, limit - start},
		{"only above 4 GiB", []entry{{0x1_0010_0000, 0x1000, 1}}, unknown},
		{"only reserved", []entry{{start, 0x1000000, 2}, {start, 0x1000000, 5}}, unknown},
		{"ends where it should begin", []entry{{0, start, 1}}, unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := model(c.list); got != c.want {
				t.Fatalf("the model says %#x, want %#x", got, c.want)
			}
			if got := memorySize(pvh(b, addr, c.list)); got != c.want {
				t.Errorf("PVH: %#x, want %#x", got, c.want)
			}
			for _, stride := range []int{24, 40} {
				if got := memorySize(multiboot2(b, addr, stride, c.list)); got != c.want {
					t.Errorf("Multiboot2, %d bytes an entry: %#x, want %#x", stride, got, c.want)
				}
			}
		})
	}
}

// Without a map, or with one that makes no sense, the start goes on with little memory, and
// it goes on.
func TestNoMemoryMap(t *testing.T) {
	b, addr := low(t)
	le := binary.LittleEndian
	list := []entry{{start, 0x1000, 1}}
	put := func(at int, v uint32) { le.PutUint32(b[at:], v) }
	for name, set := range map[string]func() (magic, info uint32){
		"PVH, nothing":          func() (uint32, uint32) { return 0, 0 },
		"PVH, other magic":      func() (uint32, uint32) { m, i := pvh(b, addr, list); put(0, 1); return m, i },
		"PVH, version 0":        func() (uint32, uint32) { m, i := pvh(b, addr, list); put(4, 0); return m, i },
		"PVH, no entries":       func() (uint32, uint32) { m, i := pvh(b, addr, list); put(48, 0); return m, i },
		"Multiboot2, no map":    func() (uint32, uint32) { m, i := multiboot2(b, addr, 24, list); put(40, 7); return m, i },
		"Multiboot2, no tags":   func() (uint32, uint32) { m, i := multiboot2(b, addr, 24, list); put(8, 0); return m, i },
		"Multiboot2, cut":       func() (uint32, uint32) { m, i := multiboot2(b, addr, 24, list); put(0, 40); return m, i },
		"Multiboot2, empty tag": func() (uint32, uint32) { m, i := multiboot2(b, addr, 24, list); put(12, 0); return m, i },
		"Multiboot2, no stride": func() (uint32, uint32) { m, i := multiboot2(b, addr, 24, list); put(48, 0); return m, i },
	} {
		if got := memorySize(set()); got != unknown {
			t.Errorf("%s: %#x", name, got)
		}
	}
}

func TestMemoryMapAgainstModel(t *testing.T) {
	b, addr := low(t)
	rapid.Check(t, func(t *rapid.T) {
		// Few addresses, so that ranges meet and overlap.
		place := rapid.Custom(func(t *rapid.T) uint64 { return rapid.Uint64Range(0, 20).Draw(t, "place") * 0x80000 })
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) entry {
			return entry{place.Draw(t, "addr"), place.Draw(t, "size"), rapid.Uint32Range(0, 5).Draw(t, "kind")}
		}), 0, 30).Draw(t, "list")
		want := model(list)
		if got := memorySize(pvh(b, addr, list)); got != want {
			t.Fatalf("PVH: %#x, want %#x", got, want)
		}
		if got := memorySize(multiboot2(b, addr, 24, list)); got != want {
			t.Fatalf("Multiboot2: %#x, want %#x", got, want)
		}
	})
}

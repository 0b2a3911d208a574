//go:build tamago

// Command garbage is an image that does with the heap what needs the collector to be in time. Its
// first argument says how many MiB of memory it may take for granted.
//
//	large    what is garbage and a large object are more than there is, without the bound that
//	         the collector has from the first
//	blocks   two thirds of the memory are kept, half of that in objects with pointers, and four
//	         times as much is allocated besides
//	nodes    as much is kept in small objects with pointers, so that the collector takes most of the
//	         processor, and others are allocated for some time after it has had too much of it, as
//	         package runtime sees that
//
// It says what it has found line by line, "ok" or "FAILED" first. The test beside it reads that.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"time"
	"unsafe"

	"github.com/tamagotake/tamagotake/qemu/images/check"

	_ "github.com/tamagotake/tamagotake/hal/board"
)

func main() {
	mib, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	fmt.Printf("garbage, %s %s\n", runtime.Version(), runtime.GOARCH)
	large()
	blocks(mib << 20 / 3 * 2)
	runtime.GC()
	nodes(min(mib, 24) << 20 / 3 * 2)
	fmt.Println("end")
}

const (
	size   = 16 << 10 // of a block, in bytes
	number = size / 4 // of uint32
)

type block struct {
	next *block
	n    [number - 2]uint32
}

func collections() uint32 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NumGC
}

func blocks(kept int) {
	n := kept / size
	var plain [][]byte
	var list *block
	sum, want := 0, 0
	for i := range n {
		if i%2 == 0 {
			plain = append(plain, make([]byte, size))
		} else {
			list = &block{next: list}
			list.n[0] = uint32(i)
			want += i
		}
	}
	var sinks [64][]byte
	for i := range 4 * n {
		sinks[i%len(sinks)] = make([]byte, size)
	}
	for p := list; p != nil; p = p.next {
		sum += int(p.n[0])
	}
	check.Report(sum == want, "%d blocks of %d KiB are kept; %d collections", n, size>>10, collections())
	runtime.KeepAlive(plain)
}

// node is as small as an object with pointers can be, to take the collector long.
type node struct {
	next, other *node
	n           [2]uint32
}

var (
	sink  *node
	bytes []byte
)

func nodes(kept int) {
	const (
		long   = 2 * time.Second
		enough = 60 * time.Second
	)
	n := kept / int(unsafe.Sizeof(node{}))
	var list *node
	for i := range n {
		list = &node{next: list, other: list, n: [2]uint32{uint32(i)}}
	}
	before, made := collections(), 0
	end := time.Now().Add(enough)
	limited := false
	for time.Now().Before(end) {
		for range 10000 {
			sink = &node{next: sink}
			if made++; made%100 == 0 {
				sink = nil
			}
		}
		if !limited && metric("/gc/limiter/last-enabled:gc-cycle") > uint64(before) {
			limited, end = true, time.Now().Add(long)
		}
	}
	found := 0
	for p := list; p != nil; p = p.next {
		found++
	}
	check.Report(found == n && limited, "%d small objects are kept; %d others, and %d collections; too many for package runtime: %v", n, made, collections()-before, limited)
}

func metric(name string) uint64 {
	s := []metrics.Sample{{Name: name}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

func large() {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	runtime.GC()
	left := int(metric("/gc/heap/goal:bytes") - metric("/gc/heap/live:bytes"))
	garbage, object := left/10*6, left/2
	before := collections()
	for range garbage / size {
		bytes = make([]byte, size)
	}
	between := collections()
	bytes = make([]byte, object)
	after := collections()
	for range 20 {
		bytes = nil
		bytes = make([]byte, object)
	}
	got := len(bytes)
	bytes = nil
	check.Report(between == before && after > between && got == object, "%d KiB of garbage and an object of %d KiB, where there are %d KiB: %d collections before it, %d for it",
		garbage>>10, object>>10, left>>10, between-before, after-between)
}

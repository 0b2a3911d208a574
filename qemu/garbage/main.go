//go:build tamago

// Command garbage is an image that keeps as many MiB as its first argument says, half of them in
// objects with pointers, and allocates four times as much besides that it does not keep.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"

	_ "github.com/tamagotake/tamagotake/hal/board"
)

const (
	size   = 16 << 10 // of a block, in bytes
	number = size / 4 // of uint32
)

type node struct {
	next *node
	n    [number - 2]uint32
}

var (
	kept  [][]byte
	list  *node
	sinks [64][]byte
)

func main() {
	mib, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	n := mib << 20 / size
	for i := range n {
		if i%2 == 0 {
			kept = append(kept, make([]byte, size))
		} else {
			list = &node{next: list}
			list.n[0] = uint32(i)
		}
	}
	fmt.Printf("%d MiB are kept\n", mib)
	for i := range 4 * n {
		sinks[i%len(sinks)] = make([]byte, size)
	}
	sum := 0
	for p := list; p != nil; p = p.next {
		sum += int(p.n[0])
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("%d blocks, sum %d, heap %d KiB, %d collections\n", len(kept), sum, m.HeapSys>>10, m.NumGC)
}

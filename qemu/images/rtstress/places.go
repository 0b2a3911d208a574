//go:build tamago

package main

import (
	"fmt"
	"math/bits"
	"runtime"
	"strings"
)

// places counts what was struck, by function.
func places() (instructions int, functions map[string]int) {
	functions = map[string]int{}
	for i, word := range struck {
		for ; word != 0; word &= word - 1 {
			instructions++
			pc := textStart + uintptr(i*32+bits.TrailingZeros32(word))
			if f := runtime.FuncForPC(pc); f != nil {
				functions[f.Name()]++
			}
		}
	}
	return instructions, functions
}

func printStruck(name string, functions map[string]int) {
	n := 0
	for f, k := range functions {
		if f == name || strings.HasPrefix(f, name) {
			n += k
		}
	}
	fmt.Printf("struck %s: %d instructions\n", name, n)
}

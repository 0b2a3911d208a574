//go:build !tamago && amd64

package amd64

// memorySize is what the start does with the loader's memory map, for tests.
func memorySize(magic, info uint32) uint32

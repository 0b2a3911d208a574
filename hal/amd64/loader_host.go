//go:build !tamago && amd64

package amd64

// memorySize is what the start does with the loader's memory map, for tests.
func memorySize(magic, info uint32) uint32

// copyCommandLine is what the start does with the loader's command line, for tests. place is the
// address of commandLineSize bytes.
func copyCommandLine(magic, info, place uint32)

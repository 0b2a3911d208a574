//go:build tamago

package kernel

// startDevices has nothing to look for: the chip's devices are where they are.
func startDevices() {}

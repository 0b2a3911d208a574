//go:build tamago

package kernel

// startDevices starts the drivers of the chip's devices. A bank of pins is started when it
// is first asked for.
func startDevices() { sdStart() }

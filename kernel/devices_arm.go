//go:build tamago

package main

// workMemory is how large the requests of a disk bench can be: eight of them must fit into
// the memory for devices.
const workMemory = 8 << 10

// machineCommands are the commands of this machine only.
var machineCommands = []command{
	{"gpio", "...", "pins; or read PIN, write PIN 0|1, watch PIN rising|falling|both, unwatch PIN", (*monitor).gpio},
	{"temp", "", "temperature of the chip", (*monitor).temp},
}

// boardDevices starts what only one board has; a file with its tag sets it.
var boardDevices func()

// startDevices starts the drivers of the chip's devices. A bank of pins is started when it
// is first asked for.
func startDevices() {
	sdStart()
	if boardDevices != nil {
		boardDevices()
	}
}

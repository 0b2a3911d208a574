//go:build tamago

package shell

// workMemory is how large the requests of a disk bench can be: eight of them must fit into
// the memory for devices.
const workMemory = 8 << 10

// machineCommands are the commands of this machine only.
var machineCommands = []Command{
	{"gpio", "...", "pins; or read PIN, write PIN 0|1, watch PIN rising|falling|both, unwatch PIN", (*Shell).gpio},
	{"temp", "", "temperature of the chip", (*Shell).temp},
}

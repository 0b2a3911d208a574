//go:build tamago

package main

// workMemory is how large the requests of a disk bench can be: eight of them must fit into
// the memory for devices.
const workMemory = 8 << 10

// machineCommands are the commands of this machine only.
var machineCommands []command

// startDevices finds the devices and starts their drivers.
func startDevices() {}

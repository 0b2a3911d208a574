//go:build tamago

package main

// device: there is no PCI on this machine, and so no edu device.
func device() {}

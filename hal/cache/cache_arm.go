//go:build tamago

package cache

func toDevice(start, end uintptr)
func fromDevice(start, end uintptr)

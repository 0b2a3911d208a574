//go:build !tamago

package cache

// Fake is told of each call in tests on the host, which one, and for what; nil for none.
var Fake func(toDevice bool, start, end uintptr)

func toDevice(start, end uintptr)   { fake(true, start, end) }
func fromDevice(start, end uintptr) { fake(false, start, end) }

func fake(to bool, start, end uintptr) {
	if Fake != nil {
		Fake(to, start, end)
	}
}

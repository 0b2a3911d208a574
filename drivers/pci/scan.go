//go:build amd64 || !tamago

package pci

// Scan calls yield for each function on bus 0 and behind its bridges, until it returns
// false. What sits behind a bridge comes after the bridge.
//
// That it ends does not depend on what the bridges say: a bus is looked at once.
func Scan(yield func(*Device) bool) { ScanBus(0, yield) }

// ScanBus is [Scan] from another bus on.
func ScanBus(bus uint8, yield func(*Device) bool) {
	var seen [256]bool
	scanBus(bus, &seen, yield)
}

func scanBus(bus uint8, seen *[256]bool, yield func(*Device) bool) (on bool) {
	seen[bus] = true
	for device := range uint8(32) {
		for function := range uint8(8) {
			d, ok := Look(At(bus, device, function))
			if ok {
				if !yield(d) {
					return false
				}
				if next := d.Secondary; !seen[next] {
					if !scanBus(next, seen, yield) {
						return false
					}
				}
			}
			// Function 0 must be there, and says whether there are others (PCI 6.1).
			if function == 0 && (!ok || d.Space[regHeader+2]&headerMulti == 0) {
				break
			}
		}
	}
	return true
}

// Pin returns the device on bus 0 and the pin (1 to 4) by which an interrupt of d arrives
// at the chipset: each bridge on the way turns the pins by the device number behind it
// (PCI 2.2.6, Bridge table 9-1). 0 if d has no pin, or no bridge leads to its bus.
func Pin(d *Device) (device, pin uint8) {
	a, pin := d.Address, d.Pin
	for a.Bus() != 0 {
		up, ok := bridgeTo(a.Bus())
		if !ok || up.Bus() >= a.Bus() {
			return 0, 0
		}
		if pin != 0 {
			pin = (pin-1+a.Device())%4 + 1
		}
		a = up
	}
	return a.Device(), pin
}

// bridgeTo returns the bridge whose secondary bus this is.
func bridgeTo(bus uint8) (a Address, found bool) {
	Scan(func(d *Device) bool {
		if d.Secondary == bus {
			a, found = d.Address, true
		}
		return !found
	})
	return a, found
}

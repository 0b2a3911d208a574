//go:build tamago

package kernel

import "fmt"

// find returns the first driver for which f is true, nil if there is none.
func find(f func(m *Match) bool) *match {
	for i := range matches {
		if f(&matches[i].Match) {
			return &matches[i]
		}
	}
	return nil
}

// restartsMost is how often the driver of one device is started again.
const restartsMost = 3

// drive gives a device to its driver. If there is an error, what it returns has a line to be
// unregistered once the device is off the bus.
func drive(m *match, d *Device, at place, how intr) (e *driven, err error) {
	e = &driven{place: at, intr: how}
	d.driven = e
	e.Driving, err = m.start(d)
	if err != nil {
		return e, err
	}
	driving = append(driving, e)
	on := ""
	if e.line != 0 {
		on = fmt.Sprintf(", line %d", e.intr.line)
	}
	notice("device:  %s, %s%s\n", e.Name, d.Where, on)
	return e, nil
}

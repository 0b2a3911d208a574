//go:build !tamago

package fake

import "fmt"

// Step is one access that a script expects: [Read] or [Write].
type Step struct {
	name  string
	write bool
	value uint64
}

// Read expects a read of the register and answers with the value.
func Read(name string, value uint64) Step { return Step{name, false, value} }

// Write expects that the value is written to the register.
func Write(name string, value uint64) Step { return Step{name, true, value} }

func (s Step) String() string {
	if s.write {
		return fmt.Sprintf("a write of %#x to %s", s.value, s.name)
	}
	return "a read of " + s.name
}

// Expect has the next accesses to the device be these and no others, in this order. What
// differs fails the test, once, and ends the script. When all have come the registers are
// again what they are without a script.
func (d *Device) Expect(steps ...Step) {
	if len(d.script) == 0 {
		d.done = 0
	}
	d.script = append(d.script, steps...)
}

// step takes an access for the next step of the script, if there is one.
func (d *Device) step(got Step) (answer uint64, scripted bool) {
	d.m.t.Helper()
	if len(d.script) == 0 {
		return 0, false
	}
	want := d.script[0]
	d.script = d.script[1:]
	d.done++
	if got.name != want.name || got.write != want.write || got.write && got.value != want.value {
		d.m.t.Errorf("%s: step %d of the script is %v; there was %v", d.name, d.done, want, got)
		d.script = nil
	}
	return want.value, true
}

func (d *Device) finish() {
	d.m.t.Helper()
	if len(d.script) > 0 {
		d.m.t.Errorf("%s: %d steps of the script never came; the next is %v", d.name, len(d.script), d.script[0])
	}
}

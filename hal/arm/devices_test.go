package arm

import (
	"math/bits"
	"testing"

	"github.com/tamagotake/tamagotake/rt/irq"
)

// Of the table of devices: no two are the same, and none is where it cannot be.
func TestDevices(t *testing.T) {
	names, lines, gates := map[string]bool{}, map[uint32]bool{}, map[clock]bool{}
	for i := range Devices {
		d := &Devices[i]
		if DeviceAt(d.Base) != d {
			t.Errorf("%s: another device is at %#x", d.Name, d.Base)
		}
		c := d.clock
		c.source = 0
		if names[d.Name] || lines[d.Line] || gates[c] {
			t.Errorf("%+v: another device has its name, its line or its clock", d)
		}
		names[d.Name], lines[d.Line], gates[c] = true, true, true
		// The devices behind the bridges AIPS-1 and AIPS-2 (IMX6ULLRM 2.1), in pages.
		if d.Base < 0x02000000 || d.Base >= 0x02200000 || d.Base%0x4000 != 0 {
			t.Errorf("%s: no device is at %#x", d.Name, d.Base)
		}
		if d.Line < firstLine || d.Line >= irq.Lines {
			t.Errorf("%s: the chip has no line %d", d.Name, d.Line)
		}
		if n := bits.OnesCount32(c.bits); c.register < ccgr || c.register > ccgr+4*6 || n != 2 && n != 4 {
			t.Errorf("%s: no gate is %#x of the register %#x", d.Name, c.bits, c.register)
		}
	}
	if d := DeviceAt(0x020e8000); d == nil || d.Name != "gpt2" || d.Line != 141 || d.clock != (clock{0x020c4068, 0x0f000000, peripheral}) {
		t.Errorf("gpt2: %+v", d)
	}
	if d := DeviceAt(0x020e8004); d != nil {
		t.Errorf("a register is taken for %s", d.Name)
	}
}

//go:build !tamago

package pci

import "testing"

func TestSlot(t *testing.T) {
	m := newMachine(t)
	f := m.bridge(At(0, 1, 0), 1)
	c := make([]byte, expressSize)
	c[0], c[2], c[3], c[slotCapable] = CapExpress, 0x42, 1, slotHotPlug
	f.capability(c)
	f.mask[capMin+slotControl] = 0xffff
	d, _ := Look(At(0, 1, 0))
	s, ok := FindSlot(d)
	if !ok {
		t.Fatal("no slot")
	}
	control := func() uint32 { return f.space.At32(capMin + slotControl) }
	s.Listen()
	if control()&0xffff != 0x29 {
		t.Errorf("listening: control %#x", control())
	}
	s.PowerOff()
	if control()&0xffff != 0x729 {
		t.Errorf("off: control %#x", control())
	}
	s.PowerOn()
	if control()&0xffff != 0x129 {
		t.Errorf("on: control %#x", control())
	}
	f.space.put32(capMin+slotControl, control()|(statusButton|statusPresent)<<16)
	if button, changed, present := s.Events(); !button || changed || !present {
		t.Errorf("button %v, changed %v, present %v", button, changed, present)
	}
	if m.last != statusButton {
		t.Errorf("cleared with %#x", m.last)
	}
	f.space.put32(capMin+slotControl, 0x129|statusChanged<<16)
	if button, changed, present := s.Events(); button || !changed || present || m.last != statusChanged {
		t.Errorf("button %v, changed %v, present %v, cleared with %#x", button, changed, present, m.last)
	}
	// An event that comes when the one before has been read and is about to be cleared: the
	// port is silent as long as one is set.
	m.clear = true
	f.space.put32(capMin+slotControl, 0x129|statusChanged<<16)
	m.before = func(f *function, offset uint8) {
		m.before = nil
		f.space.put32(offset, f.space.At32(offset)|(statusButton|statusChanged|statusPresent)<<16)
	}
	if button, changed, present := s.Events(); !button || !changed || !present {
		t.Errorf("button %v, changed %v, present %v", button, changed, present)
	}
	if control()>>16 != statusPresent {
		t.Errorf("status %#x: no message comes any more", control()>>16)
	}
	m.clear = false
	f.space.put32(capMin+slotControl, 0x129)
	for _, spoil := range []func(){
		func() { f.space[capMin+slotCapable] = 0 },
		func() { f.space[capMin+3] = 0 },
		func() { f.space[regBuses+1] = 0 },
		func() { f.space[capMin] = CapMSI },
	} {
		before := f.space
		spoil()
		d, _ := Look(At(0, 1, 0))
		if _, ok := FindSlot(d); ok {
			t.Error("a slot where there is none")
		}
		f.space = before
	}
	// One that would reach beyond the configuration.
	f.space[regCapability] = 0xec
	copy(f.space[0xec:], c)
	d, _ = Look(At(0, 1, 0))
	if _, ok := FindSlot(d); ok {
		t.Error("a capability beyond the end was taken")
	}
}

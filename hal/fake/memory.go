//go:build !tamago

package fake

import "unsafe"

// Share makes a buffer one that devices reach: what [Machine.Bus] is told must lie in it. It
// returns the buffer's address, as a device is told it.
func (m *Machine) Share(buf []byte) (addr uintptr) {
	m.shared = append(m.shared, buf)
	return address(buf)
}

// Bus returns n bytes of memory as a device sees them at an address that the driver has
// written to it. If they were not shared the test fails, and the bytes are lost.
func (m *Machine) Bus(addr uintptr, n int) []byte {
	m.t.Helper()
	for _, s := range m.shared {
		if at := addr - address(s); addr >= address(s) && at <= uintptr(len(s)) && uintptr(n) <= uintptr(len(s))-at {
			return s[at : at+uintptr(n) : at+uintptr(n)]
		}
	}
	m.t.Errorf("fake: a device is told to use %s at %#x, which were not shared with it", bytes(n), addr)
	return make([]byte, n)
}

func address(buf []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(buf))) }

//go:build amd64 || !tamago

package pci

// Capability identifiers (PCI appendix H; PCIe 7.8).
const (
	CapMSI     = 0x05
	CapVendor  = 0x09
	CapExpress = 0x10
	CapMSIX    = 0x11
)

// capMin is where the list can begin: before it is the header.
const capMin = 0x40

// Capabilities calls yield with the offset and identifier of each entry of the capability
// list (PCI 6.7), until it returns false. A list that leads into the header, or to a place
// where it was already, ends there: there are at most 48 entries.
func (s *Space) Capabilities(yield func(offset, id uint8) bool) {
	if s.At32(regCommand)&statusCapable == 0 {
		return
	}
	var seen [256 / 4]bool
	for at := s[regCapability] &^ 3; at >= capMin && !seen[at/4]; at = s[at+1] &^ 3 {
		seen[at/4] = true
		if !yield(at, s[at]) {
			return
		}
	}
}

// Find returns the offset of the first capability with this identifier.
func (s *Space) Find(id uint8) (offset uint8, ok bool) {
	s.Capabilities(func(at, found uint8) bool {
		if found == id {
			offset, ok = at, true
		}
		return !ok
	})
	return offset, ok
}

// Bytes returns the length bytes of a capability, if they are all in the configuration.
func (s *Space) Bytes(offset uint8, length int) (b []byte, ok bool) {
	if length < 0 || int(offset)+length > len(s) {
		return nil, false
	}
	return s[offset : int(offset)+length], true
}

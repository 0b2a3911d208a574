package verify

// strange reports whether the architecture does not say what the instruction does, or says
// that it is not to be used so: UNPREDICTABLE, in its manual.
func strange(w uint32, e *encoding) bool {
	pc := func(fields ...int) bool {
		for _, at := range fields {
			if w>>at&15 == armPC {
				return true
			}
		}
		return false
	}
	first, last := w>>7&31, w>>16&31
	switch group := w >> 25 & 7; {
	case w>>28 == 15:
		return false
	case group == 0 && e.kind == armArith && w>>4&1 == 1: // shifted by a register
		return pc(0, 8, 12, 16)
	case group == 0 && (e.kind == armResult16 || e.kind == armLong):
		return pc(0, 8)
	case group == 0 && e.kind == armExclusive:
		store := w>>20&1 == 0
		return pc(12, 16) || store && (pc(0) || w>>12&15 == w>>16&15 || w>>12&15 == w&15)
	case group == 0 && e.kind == armResult12 && w>>4&15 == 1: // CLZ
		return pc(0)
	case group == 3 && w>>4&1 == 1 && w>>21&15 == 14: // BFI, BFC
		return last < first
	case group == 3 && w>>4&1 == 1 && w>>21&13 == 13 && w>>4&7 == 5: // SBFX, UBFX
		return pc(0) || first+last > 31
	case group == 3 && (e.kind == armResult12 || e.kind == armResult16):
		return pc(0) || e.kind == armResult16 && pc(8)
	case group == 4:
		return w>>21&1 == 1 && w>>20&1 == 1 && w>>(w>>16&15)&1 == 1 // the base is loaded and written back
	case group == 6 && e.kind == armVectorMemory && (w>>24&1 == 0 || w>>21&1 == 1):
		n := w & 0xff
		if w>>8&1 == 0 {
			return n == 0 || w>>12&15<<1+w>>22&1+n > 32
		}
		return n < 2 || n > 32 || n&1 == 1
	case group == 6 && w>>21&7 == 2: // VMOV of two registers
		return pc(12, 16)
	case group == 7 && e.kind == armNothing && w>>4&1 == 1:
		return pc(12)
	}
	return false
}

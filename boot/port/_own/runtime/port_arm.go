package runtime

import "unsafe"

// MemRegion returns the first address of the runtime's memory and the one after
// the last.
func MemRegion() (start, end uint32) {
	return uint32(portMemStart()), uint32(portMemEnd())
}

// TextRegion returns the bounds of the machine code.
func TextRegion() (start, end uint32) {
	return uint32(firstmoduledata.text), uint32(firstmoduledata.etext)
}

// DataRegion returns the bounds of the static variables.
func DataRegion() (start, end uint32) {
	return uint32(firstmoduledata.data), uint32(firstmoduledata.enoptrbss)
}

// CallOnG0 calls a function (func(off int)) on the g0 stack. It is for the
// exception vectors of TamaGo's arm package, which this project does not use
// beyond linking them: hal/arm has its own.
//
//go:linkname CallOnG0
func CallOnG0()

//go:nosplit
func portMmap(addr unsafe.Pointer, n uintptr, prot, flags, fd int32, off uint32) (unsafe.Pointer, int) {
	return nil, portENOMEM
}

// portTimevalSec is the type of a timeval's seconds.
type portTimevalSec = int32

package runtime

import (
	"internal/cpu"
	"unsafe"
)

// MemRegion returns the first address of the runtime's memory and the one after
// the last.
func MemRegion() (start, end uint64) {
	return uint64(portMemStart()), uint64(portMemEnd())
}

// TextRegion returns the bounds of the machine code.
func TextRegion() (start, end uint64) {
	return uint64(firstmoduledata.text), uint64(firstmoduledata.etext)
}

// DataRegion returns the bounds of the static variables.
func DataRegion() (start, end uint64) {
	return uint64(firstmoduledata.data), uint64(firstmoduledata.enoptrbss)
}

// CPU returns the processor's name, empty if it does not say.
func CPU() string {
	return cpu.Name()
}

// For TamaGo's assembly, as systemstack.
//
//go:linkname settls

// time_now is assembly on linux/amd64.
//
//go:linkname time_now time.now
func time_now() (sec int64, nsec int32, mono int64) {
	sec, nsec = portWalltime()
	return sec, nsec, nanotime()
}

//go:nosplit
func portMmap(addr unsafe.Pointer, n uintptr, prot, flags, fd int32, off uint32) (unsafe.Pointer, int) {
	return nil, portENOMEM
}

// portTimevalSec is the type of a timeval's seconds.
type portTimevalSec = int64

// portGettimeofday is what package syscall has instead of a system call.
//
//go:nosplit
//go:linkname portGettimeofday
func portGettimeofday(tv uintptr) (errno uintptr) {
	portTimeOfDay(tv)
	return 0
}

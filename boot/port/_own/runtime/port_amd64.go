package runtime

import (
	"internal/cpu"
	"unsafe"
)

// System call numbers of linux/amd64 that portSyscall6 answers.
const (
	portSysWrite        = 1
	portSysClose        = 3
	portSysGetpid       = 39
	portSysFcntl        = 72
	portSysExitGroup    = 231
	portSysEpollCtl     = 233
	portSysOpenat       = 257
	portSysEpollPwait   = 281
	portSysEventfd2     = 290
	portSysEpollCreate1 = 291
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

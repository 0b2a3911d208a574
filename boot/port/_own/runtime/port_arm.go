package runtime

import "unsafe"

// System call numbers of linux/arm that portSyscall6 answers.
const (
	portSysWrite        = 4
	portSysClose        = 6
	portSysGetpid       = 20
	portSysFcntl        = 55 // the runtime's own; package syscall uses fcntl64
	portSysExitGroup    = 248
	portSysEpollCtl     = 251
	portSysOpenat       = 322
	portSysEpollPwait   = 346
	portSysEventfd2     = 356
	portSysEpollCreate1 = 357
)

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
func CallOnG0()

//go:nosplit
func portMmap(addr unsafe.Pointer, n uintptr, prot, flags, fd int32, off uint32) (unsafe.Pointer, int) {
	return nil, portENOMEM
}

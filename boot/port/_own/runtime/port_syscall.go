// What the linux port asks of a kernel, answered without one. The names in
// port_{amd64,arm}.s jump here. All of it is nosplit: much is called where there
// is no P or no g to grow the stack of.

package runtime

import (
	"runtime/goos"
	"unsafe"
)

const (
	portENOENT = 2
	portEBADF  = 9
	portENOMEM = 12
	portENOSYS = 38

	portSSDisable = 2  // _SS_DISABLE
	portRandomFD  = 64 // what open("/dev/urandom") answers
	portEpollFD   = 65
)

// portWrite1 writes to the console. It leaves the caller's stack: Printk belongs
// to the board and may need more than a goroutine has left, and after
// entersyscall growing it would be fatal.
//
//go:nosplit
func portWrite1(fd uintptr, p unsafe.Pointer, n int32) int32 {
	if fd != 1 && fd != 2 {
		return -portENOSYS
	}
	systemstack(func() {
		for i := int32(0); i < n; i++ {
			goos.Printk(*(*byte)(add(p, uintptr(i))))
		}
	})
	return n
}

// portCrashing reports whether the report of a fatal error is being printed: from its
// first line on, except for the words "fatal error" of a throw, which come just before.
//
//go:nosplit
//go:linkname portCrashing
func portCrashing() bool { return panicking.Load() != 0 }

//go:nosplit
func portExit(code int32) {
	systemstack(func() {
		if goos.Exit != nil {
			goos.Exit(code)
		}
	})
	for {
		osyield()
	}
}

//go:nosplit
func portRaise(sig uint32) {
	portExit(128 + int32(sig))
}

//go:nosplit
func portNanotime() int64 {
	return goos.Nanotime()
}

//go:nosplit
func portUsleep(usec uint32) {
	end := nanotime() + int64(usec)*1000
	for nanotime() < end {
		osyield()
	}
}

// portFutex waits by spinning. With one M no one waits for another; this is
// for the moment in which a fatal error wants a lock that it interrupted, which
// must not return as if it had been woken.
//
//go:nosplit
func portFutex(addr unsafe.Pointer, op int32, val uint32, ts *timespec, addr2 unsafe.Pointer, val3 uint32) int32 {
	if op&1 != 0 { // FUTEX_WAKE
		portNoteWake(addr)
		return 0
	}
	var end int64
	if ts != nil {
		end = nanotime() + int64(ts.tv_sec)*1e9 + int64(ts.tv_nsec)
	}
	for *(*uint32)(addr) == val {
		if ts != nil && nanotime() >= end {
			break
		}
		osyield()
	}
	return 0
}

// portClone: there are no threads.
//
//go:nosplit
func portClone(flags int32, stk, mp, gp, fn unsafe.Pointer) int32 {
	return -portENOSYS
}

//go:nosplit
func portSchedGetaffinity(pid, len uintptr, buf *byte) int32 {
	*buf = 1
	return 1
}

//go:nosplit
func portSigaltstack(new, old *stackt) {
	if old != nil {
		*old = stackt{}
		old.ss_flags = portSSDisable
	}
}

// portOpen knows one file: where the runtime looks for its first random bytes.
//
//go:nosplit
func portOpen(name *byte, mode, perm int32) int32 {
	if name == &urandom_dev[0] {
		return portRandomFD
	}
	return -1
}

//go:nosplit
func portRead(fd int32, p unsafe.Pointer, n int32) int32 {
	if fd != portRandomFD {
		return -portENOENT
	}
	systemstack(func() {
		portRandomInit(unsafe.Slice((*byte)(p), n))
	})
	return n
}

// portSyscall6 answers what package syscall and the network poller ask, as Linux would with
// no file system at all: every path leads nowhere (ENOENT), and no file is open but the three
// (EBADF). Every other call gets ENOSYS, which is errors.ErrUnsupported.
//
// The poller is started by the first timer and must find what looks like epoll.
//
//go:nosplit
//go:linkname portSyscall6
func portSyscall6(num, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, errno uintptr) {
	const failed = ^uintptr(0)
	switch num {
	case portSysEpollCreate1, portSysEventfd2:
		return portEpollFD, 0, 0
	case portSysEpollCtl, portSysEpollPwait:
		return 0, 0, 0
	case portSysGetpid, portSysGettid:
		return 1, 0, 0
	case portSysGettimeofday:
		portTimeOfDay(a1)
		return 0, 0, 0
	case portSysExitGroup:
		portExit(int32(a1))
	}
	switch {
	case portTakesPath(num):
		return failed, 0, portENOENT
	case portTakesFile(num) && a1 > 2:
		return failed, 0, portEBADF
	}
	switch num {
	case portSysWrite:
		if a1 == 0 {
			return failed, 0, portEBADF
		}
		return uintptr(portWrite1(a1, unsafe.Pointer(a2), int32(a3))), 0, 0
	case portSysClose:
		return 0, 0, 0
	case portSysFcntl, portSysFcntl64:
		const getfd, setfl = 1, 4 // F_GETFD, F_SETFD, F_GETFL, F_SETFL: no flag is ever set
		if a2 >= getfd && a2 <= setfl {
			return 0, 0, 0
		}
	}
	return failed, 0, portENOSYS
}

// portSyscallNoError answers the calls of package syscall that cannot fail: 1 for the process
// and its thread, 0 for its parent and its users.
//
//go:nosplit
//go:linkname portSyscallNoError
func portSyscallNoError(num, a1, a2, a3 uintptr) (r1, r2 uintptr) {
	if num == portSysGetpid || num == portSysGettid {
		return 1, 0
	}
	return 0, 0
}

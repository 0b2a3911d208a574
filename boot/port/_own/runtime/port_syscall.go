// What the linux port asks of a kernel, answered without one. The names in
// port_{amd64,arm}.s jump here. All of it is nosplit: much is called where there
// is no P or no g to grow the stack of.

package runtime

import (
	"internal/runtime/atomic"
	"runtime/goos"
	"unsafe"
)

const (
	portENOENT = 2
	portEAGAIN = 11
	portENOMEM = 12
	portENOSYS = 38

	portSSDisable = 2  // _SS_DISABLE
	portRandomFD  = 64 // what open("/dev/urandom") answers
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

// portWall is what is added to the board's clock for the date: 0 is 1970 at the start.
// Two words on ARM, so it is atomic.
var portWall atomic.Int64

//go:linkname portSetWall
func portSetWall(offset int64) { portWall.Store(offset) }

//go:nosplit
func portWalltime() (sec int64, nsec int32) {
	t := goos.Nanotime() + portWall.Load()
	return t / 1e9, int32(t % 1e9)
}

//go:nosplit
func portUsleep(usec uint32) {
	end := nanotime() + int64(usec)*1000
	for nanotime() < end {
		osyield()
	}
}

// portFutex waits by spinning. With one M nobody waits for another one; this is
// for the moment in which a fatal error wants a lock that it interrupted, which
// must not return as if it had been woken.
//
//go:nosplit
func portFutex(addr unsafe.Pointer, op int32, val uint32, ts *timespec, addr2 unsafe.Pointer, val3 uint32) int32 {
	if op&1 != 0 { // FUTEX_WAKE
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

// portSyscall6 answers what package syscall and the network poller ask. The
// poller is started by the first timer and must find what looks like epoll.
//
//go:nosplit
//go:linkname portSyscall6
func portSyscall6(num, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, errno uintptr) {
	switch num {
	case portSysWrite:
		n := portWrite1(a1, unsafe.Pointer(a2), int32(a3))
		if n < 0 {
			return ^uintptr(0), 0, uintptr(-n)
		}
		return uintptr(n), 0, 0
	case portSysFcntl:
		if a1 <= 2 {
			return 0, 0, 0
		}
	case portSysEpollCreate1, portSysEventfd2:
		return 65, 0, 0
	case portSysEpollCtl, portSysEpollPwait, portSysClose:
		return 0, 0, 0
	case portSysGetpid:
		return 1, 0, 0
	case portSysOpenat:
		return ^uintptr(0), 0, portENOENT
	case portSysExitGroup:
		portExit(int32(a1))
	}
	return ^uintptr(0), 0, portENOSYS
}

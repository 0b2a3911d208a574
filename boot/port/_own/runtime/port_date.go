package runtime

import (
	"internal/runtime/atomic"
	"runtime/goos"
	"unsafe"
)

// portWall is what is added to the board's clock for the date. Two words on ARM, so it is
// atomic.
var portWall atomic.Int64

//go:linkname portSetWall
func portSetWall(offset int64) { portWall.Store(offset) }

//go:nosplit
func portWalltime() (sec int64, nsec int32) {
	t := goos.Nanotime() + portWall.Load()
	return t / 1e9, int32(t % 1e9)
}

// portTimeOfDay stores the date as gettimeofday does.
//
//go:nosplit
func portTimeOfDay(addr uintptr) {
	sec, nsec := portWalltime()
	tv := *(**timeval)(unsafe.Pointer(&addr))
	tv.tv_sec = portTimevalSec(sec)
	tv.set_usec(nsec / 1000)
}

package runtime

import (
	"internal/runtime/atomic"
	"runtime/goos"
	"unsafe"
)

// portBuilt is when the image was built, in seconds since 1970: the linker sets it.
var portBuilt string

// portWall is what is added to the board's clock for the date. Two words on ARM, so it is
// atomic.
var portWall atomic.Int64

// portStartWall starts the date at the time of the build: until a clock or a person tells
// better, no date is earlier. A start in 1970 puts deadlines of "long ago" into the future,
// and every certificate too.
func portStartWall() {
	sec := int64(0)
	for _, c := range []byte(portBuilt) {
		if c < '0' || c > '9' {
			throw("port: runtime.portBuilt is no number of seconds")
		}
		sec = sec*10 + int64(c-'0')
	}
	portWall.Store(sec * 1e9)
}

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

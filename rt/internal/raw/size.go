//go:build !explore

package raw

import "unsafe"

// The header fills one cache line where pointers have 64 bits, and less elsewhere; the
// queue's link comes first. The declarations below do not compile otherwise.
const (
	_ = uint(64 - unsafe.Sizeof(Header{}))
	_ = uint(unsafe.Sizeof(Header{}) - (word*5 + 16))
	_ = -uint(unsafe.Offsetof(Header{}.node))
	_ = -uint(unsafe.Offsetof(Task[struct{}]{}.Base))
	_ = -uint(unsafe.Offsetof(Base{}.Header))
	_ = uint(word - unsafe.Offsetof(Header{}.state))
	_ = uint(unsafe.Offsetof(Header{}.state) - word)
	_ = uint(unsafe.Offsetof(Header{}.life) - word - 4)
	_ = uint(word + 4 - unsafe.Offsetof(Header{}.life))
)

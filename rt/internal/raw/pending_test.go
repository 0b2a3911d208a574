package raw

import "unsafe"

type none = struct{}

// pending is a poll function for tasks that are not polled.
var pending = funcWord(func(unsafe.Pointer, *Context) Poll { return Pending })

// funcWord returns a poll function as the word that Spawn takes.
func funcWord(f pollFunc) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&f)) }

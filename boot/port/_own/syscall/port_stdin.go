// What reads the standard input, if the program has a console that can be read.

package syscall

import _ "unsafe"

// portStdin is called for each read of file 0, on the goroutine that reads, before the runtime takes
// it for one in a system call: it may wait as any function. nil: there is no standard input.
var portStdin func(p []byte) (n int, err error)

// portSetStdin sets portStdin.
//
//go:linkname portSetStdin
func portSetStdin(read func(p []byte) (n int, err error)) { portStdin = read }

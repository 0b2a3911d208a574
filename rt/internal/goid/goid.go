// Package goid is the number that tracebacks give a goroutine. Go has no other way to it, on
// purpose: nothing should hang on which goroutine it runs on. Here it is only used to find a
// goroutine in a traceback again.
package goid

import (
	"bytes"
	"runtime"
	"strconv"
)

// Get returns the number of the calling goroutine. It takes microseconds.
func Get() uint64 {
	var buf [64]byte
	text, _ := bytes.CutPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	text, _, _ = bytes.Cut(text, []byte(" "))
	n, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil {
		panic("goid: a traceback begins with " + string(text))
	}
	return n
}

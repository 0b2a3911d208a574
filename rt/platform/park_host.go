//go:build !tamago && !explore

package platform

import (
	"math/bits"
	"sync"
)

// Executors is how many executors may run at a time: tests run more than machines do.
const Executors = 64

// unparked has one place per parker: an Unpark that finds it taken says nothing new.
var unparked = func() (c [Executors]chan struct{}) {
	for n := range c {
		c[n] = make(chan struct{}, 1)
	}
	return c
}()

var (
	parkersUsed uint64 // a bit for each
	parkersLock sync.Mutex
)

// NewParker returns the number of a parker that no executor has, for [Park] and [Unpark]. It panics
// if there is none.
func NewParker() (n uint32) {
	parkersLock.Lock()
	defer parkersLock.Unlock()
	n = uint32(bits.TrailingZeros64(^parkersUsed))
	if n >= Executors {
		panic("platform: too many executors run at once; the most is 64")
	}
	parkersUsed |= 1 << n
	return n
}

// FreeParker gives a parker back. An Unpark with its number that comes later may have the next Park of
// another executor return too early.
func FreeParker(n uint32) {
	parkersLock.Lock()
	defer parkersLock.Unlock()
	parkersUsed &^= 1 << n
}

// Enter stands for the machine's way into the real-time executor. A test sets it.
var Enter = func() {}

// EnterRealtime enters the real-time executor, unless it is at work already.
func EnterRealtime() { Enter() }

// Unpark makes the present or the next [Park] of parker n return. It never
// blocks and may be called from any goroutine; on a machine also from a
// real-time task and from interrupt entry.
func Unpark(n uint32) {
	select {
	case unparked[n] <- struct{}{}:
	default:
	}
}

// Running says that the goroutine of parker n runs. On a machine that ends the preemption
// of others for it.
func Running(n uint32) {}

// Park blocks the calling goroutine until parker n is unparked, and takes that back. Thread level;
// one goroutine for each parker.
func Park(n uint32) {
	<-unparked[n]
}

//go:build !tamago && !explore

package hal

// rung has one place per doorbell: a ring that finds it taken says nothing new.
var rung = func() (c [Doorbells]chan struct{}) {
	for n := range c {
		c[n] = make(chan struct{}, 1)
	}
	return c
}()

// Enter stands for the machine's way into the real-time executor. A test sets it.
var Enter = func() {}

// Ring makes the present or the next [Wait] on doorbell n return. It never
// blocks and may be called from any goroutine; on a machine also from a
// real-time task and from interrupt entry.
func Ring(n uint32) {
	if n == Realtime {
		Enter()
		return
	}
	select {
	case rung[n] <- struct{}{}:
	default:
	}
}

// Awake says that the goroutine of doorbell n runs. On a machine that ends the preemption
// of others for it.
func Awake(n uint32) {}

// Wait parks the calling goroutine until doorbell n is rung, and takes that
// ring. Thread level only; one goroutine per doorbell.
func Wait(n uint32) {
	<-rung[n]
}

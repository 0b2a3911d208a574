//go:build !explore

package task

// wakeStandIn is for models: see standin_explore.go.
func wakeStandIn(Waker) bool { return false }

func isStandIn(Waker) bool { return false }

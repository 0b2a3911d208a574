//go:build !explore

package queue

//go:nosplit
func enqueued(*Node) {}

//go:nosplit
func dequeued(*Node) {}

package raw

import "testing"

// A task of thread level does not become a real-time one afterwards.
func TestUnmarkedIsNotMovedToRealtime(t *testing.T) {
	var thread, realtime RunQueue
	realtime.BindRealtime()
	realtime.BindRealtime() // again: it is one
	var tk Task[none]
	w := spawned(t, &thread, &tk)
	caught(t, "real-time", thread.BindRealtime)
	c, _ := thread.Consume()
	n, _ := c.TryDequeue()
	caught(t, "real-time", func() { realtime.Rebind(Of(n)) })
	if w.Realtime() {
		t.Error("it is real-time")
	}
}

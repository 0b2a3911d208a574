package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// portNotes has who is in notetsleepg: for [portFutex], which wakes them.
var portNotes [4]portNote

type portNote struct {
	note *note
	g    guintptr
}

// notetsleepg sleeps until the note is woken, or for ns. The stock one blocks the M and lets
// another take over, which here would be a thread. Only os/signal, the CPU profiler and the
// tracer sleep here, so there is always room; who finds none looks every so often.
func notetsleepg(n *note, ns int64) bool {
	const pollNS = 10e6
	gp := getg()
	var w *portNote
	for i := range portNotes {
		if portNotes[i].note == nil {
			w = &portNotes[i]
			w.g.set(gp)
			w.note = n
			break
		}
	}
	end := int64(maxWhen)
	if ns >= 0 {
		end = nanotime() + ns
	}
	woken := true
	for atomic.Load(key32(&n.key)) == 0 {
		left := end - nanotime()
		if left <= 0 {
			woken = false
			break
		}
		if w == nil {
			left = min(left, pollNS)
		}
		timeSleep(left)
	}
	if w != nil {
		w.note = nil
		portUnwake(uint(uintptr(unsafe.Pointer(gp)))) // no wake is left for a sleep of its own
	}
	return woken
}

// portNoteWake is FUTEX_WAKE for who is in notetsleepg. Any level.
//
//go:nosplit
func portNoteWake(addr unsafe.Pointer) {
	for i := range portNotes {
		if w := &portNotes[i]; unsafe.Pointer(w.note) == addr {
			Wake(uint(w.g))
		}
	}
}

package raw

import (
	"github.com/tamagotake/tamagotake/rt/internal/critical"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// No task ends in silence. One that panics, faults or exceeds its budget is noted here, at the
// level at which it ends and without heap; a task of thread level, the reporter, is woken and
// tells a person.
//
//	end by a panic or a fault --> note ----- no handle -----------------> report
//	                                \------- a handle: ClaimNS later ---> report
//	                                             |
//	                                        its result is taken: nothing to report
//
// A task whose result can still be asked for gets some time for that: a joiner that waits takes
// it at once, and a supervisor that was not waiting yet does so soon. A handle that is lost or
// detached says nothing, so what was not taken by then is reported.
//
// Rejected: to report what has a handle when the handle is detached only. Go has no destructors,
// and a forgotten handle is the usual case.

const (
	notesMost = 16
	nameMost  = 32 // bytes of a name that are kept

	// ClaimNS is how long a result of a task that panicked or faulted can wait for its joiner,
	// in nanoseconds, before it is reported.
	ClaimNS = 1e9
)

// note is one end that was not reported yet. It has no pointer: the task may be another by
// the time it is read, and at real-time level none can be stored.
type note struct {
	used    bool // taken
	ready   bool // to be read; its error is in its place
	claim   bool // there was a handle
	isPanic bool // its error is in panics
	length  uint8
	atNS    int64
	key     key
	spawned uintptr // where: see Metadata
	name    [nameMost]byte
	fault   Fault
}

var notes struct {
	section  critical.Section
	list     [notesMost]note
	lost     uint32
	reporter Waker
}

// panics has the errors of the notes of panics; thread level.
var panics [notesMost]*Panic

// End is the end of a task that has panicked, faulted or exceeded its budget, and whose result
// was not taken.
type End struct {
	ID      uint64
	Name    string // its first 32 bytes
	Spawned string // file:line of the spawn, if known
	Panic   *Panic // nil if it has faulted
	Fault   Fault
}

// ReportTo says which task is woken when there is something for [NextEnd]. Thread level.
func ReportTo(w Waker) {
	saved := notes.section.Enter()
	notes.reporter = w
	notes.section.Leave(saved)
	w.Wake()
}

// NextEnd returns an end that is to be reported, each once, the oldest first. If there is none,
// inNS is how many nanoseconds later there will be, unless its result is taken by then; 0 if
// nothing waits. Thread level.
func NextEnd() (e End, inNS int64, ok bool) {
	now := platform.Now()
	found := -1
	saved := notes.section.Enter()
	for i := range notes.list {
		n := &notes.list[i]
		if !n.ready {
			continue
		}
		if wait := n.atNS + ClaimNS - now; n.claim && wait > 0 {
			if inNS == 0 || wait < inNS {
				inNS = wait
			}
		} else if found < 0 || n.atNS < notes.list[found].atNS {
			found = i
		}
	}
	if found < 0 {
		notes.section.Leave(saved)
		return End{}, inNS, false
	}
	n := notes.list[found]
	notes.list[found].ready = false
	notes.section.Leave(saved)
	e = End{n.key.number(), string(n.name[:n.length]), location(n.spawned), panics[found], n.fault}
	forget(found)
	return e, 0, true
}

// LostEnds returns how many ends there was no room to note since the last call. Thread level.
func LostEnds() (n uint32) {
	saved := notes.section.Enter()
	n, notes.lost = notes.lost, 0
	notes.section.Leave(saved)
	return n
}

// forget gives back the place of a note that is used and not ready: outside of a section, where
// a pointer can be stored.
func forget(at int) {
	panics[at] = nil
	saved := notes.section.Enter()
	notes.list[at].used = false
	notes.section.Leave(saved)
}

// note notes the end of the task before it can be seen: afterwards the task may be another. A
// panic's is not ready yet: its error is missing. at is -1 if there is no room.
//
//go:nosplit
func (h *Header) note(isPanic bool) (at int) {
	b := h.base()
	saved := notes.section.Enter()
	for at = range notes.list {
		n := &notes.list[at]
		if n.used {
			continue
		}
		n.used, n.ready, n.isPanic = true, !isPanic, isPanic
		n.claim = h.state.Load()&handle != 0
		n.key, n.atNS = h.key(), platform.Now()
		n.length, n.spawned = 0, 0
		if m := b.metadata.Load(); m != nil {
			n.spawned = m.Spawned
			n.length = uint8(copy(n.name[:], m.Name))
		}
		if !isPanic {
			n.fault = b.fault
		}
		notes.section.Leave(saved)
		return at
	}
	notes.lost++
	notes.section.Leave(saved)
	return -1
}

// notePanic is that of a panic, with its error. Thread level.
func (h *Header) notePanic(p *Panic) {
	at := h.note(true)
	if at < 0 {
		return
	}
	panics[at] = p
	saved := notes.section.Enter()
	notes.list[at].ready = true
	notes.section.Leave(saved)
}

// tell wakes the reporter. Executor only.
//
//go:nosplit
func tell() {
	saved := notes.section.Enter()
	w := notes.reporter
	notes.section.Leave(saved)
	w.wakeUnended()
}

// claimed forgets the end of a task whose result was taken. Thread level.
func claimed(k key) {
	found := -1
	saved := notes.section.Enter()
	for i := range notes.list {
		if n := &notes.list[i]; n.ready && n.key == k {
			n.ready = false
			found = i
		}
	}
	notes.section.Leave(saved)
	if found >= 0 {
		forget(found)
	}
}

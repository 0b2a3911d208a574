package task

import (
	"time"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
)

// ClaimTime is how long the result of a task that panicked or faulted can wait for its joiner
// before it is reported.
const ClaimTime = raw.ClaimNS * time.Nanosecond

// End is the end of a task that has panicked, faulted or exceeded its budget, and whose result
// was not taken. It reads as one line: name, reason and place.
type End struct {
	ID      uint64
	Name    string // its first 32 bytes
	Spawned string // file:line of the spawn, if known
	Err     error  // *PanicError or *FaultError
}

func (e End) String() string {
	text := e.Err.Error()
	if p, ok := e.Err.(*PanicError); ok {
		if function, place := p.Where(); function != "" {
			text += ", in " + function + ", " + place
		}
	}
	if e.Name == "" && e.Spawned != "" {
		text += ", spawned at " + e.Spawned
	}
	return text
}

// ReportTo says which task is woken when there is something for [NextEnd]. Thread level.
func ReportTo(w Waker) { raw.ReportTo(raw.Waker(w)) }

// NextEnd returns an end that is to be reported, each once, the oldest first. If there is none,
// in is how much later there will be one, unless its result is taken by then; 0 if
// none is due. Thread level.
func NextEnd() (e End, in time.Duration, ok bool) {
	r, inNS, ok := raw.NextEnd()
	if !ok {
		return e, time.Duration(inNS), false
	}
	e = End{ID: r.ID, Name: r.Name, Spawned: r.Spawned}
	if r.Panic != nil {
		e.Err = (*PanicError)(r.Panic)
	} else {
		e.Err = faultError(r.ID, r.Name, &r.Fault)
	}
	return e, 0, true
}

// LostEnds returns how many ends there was no room to note since the last call. Thread level.
func LostEnds() (n uint32) { return raw.LostEnds() }

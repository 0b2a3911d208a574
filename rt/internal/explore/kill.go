//go:build explore

package explore

// Kills says what can end a part of a thread that is killable.
type Kills uint8

const (
	// ByBudget: a timer's interrupt ends it, where interrupts are not masked.
	ByBudget Kills = 1 << iota
	// ByFault: a fault ends it, there and also in a section with interrupts masked. The rule
	// below the runtime is that a section reads all that it will write before its first write,
	// so what was overwritten is found out when nothing has changed. All places up to then are
	// alike, so one is tried: the beginning of the section.
	ByFault
)

// killing is what a thread that was killed panics with, up to the end of its killable part.
type killing struct{}

// Killable calls body with interrupts unmasked, as the real-time executor calls a poll, and
// reports whether it was killed: at one of its steps, each in some run, and once in a run. It
// returns with interrupts masked. A body that was killed has not gone on: what it had written
// stands, and a lock that it held is free, as it is on a machine whose lock is the mask.
//
// With 0 for kills nothing is killed, but interrupts come.
func (m *Model) Killable(kills Kills, body func()) (killed bool) {
	th := m.current
	if th == nil { // before or after the run
		body()
		return false
	}
	core := &m.cores[th.core]
	held := len(core.held)
	if m.killed {
		kills = 0
	}
	defer func() {
		th.kills = 0
		core.masked = 1
		if !th.dead {
			return
		}
		if v := recover(); v != (killing{}) {
			panic(v)
		}
		th.dead, killed = false, true
		for _, c := range core.held[held:] {
			m.commit(th, c, 0)
		}
		core.held = core.held[:held]
	}()
	th.kills = kills
	core.masked = 0
	m.point(th, unmasks)
	body()
	m.point(th, masks)
	return false
}

// mayDie says whether the thread can be killed where it is.
func (m *Model) mayDie(th *thread) bool {
	if m.killed {
		return false
	}
	c := &m.cores[th.core]
	return c.masked == 0 || th.kills&ByFault != 0 && th.pending.kind == reads
}

//go:build explore && parkers

package platform

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/explore"
)

// Executors, Idle, the alarm and the tries at preemption in every order: the source itself, on a
// processor whose Go runtime has one executor's goroutine, which waits, and perhaps another, which
// computes and never yields.

const anExecutor = 0

// machine is that processor: its timer, its clock, and of the runtime what hal deals with.
type machine struct {
	*explore.Model
	core int

	// The timer interrupts when the clock has come to at; pending says that it has, and that
	// the interrupt was not taken. Time passes in steps of its own.
	nowNS   int64
	at      int64
	pending bool
	count   uint64
	line    *explore.Line

	woken     atom.Uint32 // the runtime's note for the executor's goroutine
	turnNS    int64       // when the scheduler wants to be entered
	computing bool        // another goroutine runs
	unparks   func()      // that unparks, if it does,
	patient   bool        // time passes only when nothing else happens
	preempted bool        // and was preempted
	spins     bool        // it does nothing else any more
	guarded   atom.Uint32 // it is where it cannot be

	alarmNS  int64 // that a task waits for
	latestNS int64 // when the timer is to interrupt for it
	alarmed  bool  // it has come

	polls []func() // that the real-time executor is to make
	atIt  bool     // it is at work
	kills explore.Kills
}

func model(t *testing.T, preemptions int, build func(m *machine)) {
	t.Helper()
	explore.Check(t, explore.Config{Preemptions: preemptions}, func(em *explore.Model) {
		m := &machine{Model: em, at: never, alarmNS: never, latestNS: never, turnNS: never}
		parkers, anyUnparked, preemptPending, timer, idling = [Executors]parker{}, atom.Uint32{}, 0, noAlarms, false
		InRealtime = false
		Clock = func() int64 { return m.nowNS }
		Machine.Alarm = m.program
		Machine.Interrupts = func() uint64 { return m.count }
		Machine.Wake = func(uint) { m.woken.Store(1) }
		Machine.Unwake = func(uint) { m.woken.Store(0) }
		Machine.Sleep = m.sleep
		Machine.Urgent = func(bool) {}
		Machine.EnterRealtime = m.enter
		build(m)
	})
}

// program is the one-shot timer, as hal/amd64/timer.go has it.
func (m *machine) program(atNS int64) (setNS int64, count uint64) {
	count = m.count
	m.at = atNS
	if m.pending {
		if atNS <= m.nowNS {
			m.at = never // that will do
		} else {
			count++ // that is not for this
		}
	}
	return atNS, count
}

// runs gives the processor its thread, and time so many steps: the first at any moment, and the
// others when nothing else happens, or all orders would be too many.
func (m *machine) runs(times int, body func()) {
	m.core = m.Thread("goroutines", body)
	m.line = m.Line(m.core, "timer", func() {
		m.pending = false
		m.count++
		m.interrupted(func() {
			if m.nowNS >= m.alarmNS && !m.alarmed {
				m.alarmed = true
				Unpark(anExecutor)
			}
		})
	})
	time := m.Thread("time", func() {
		for i := range times {
			atom.Await(func() bool { return m.at != never && !m.pending && (i < 1 && !m.patient || idling || m.spins) })
			if (idling || m.spins) && !m.atIt {
				m.Assert(m.alarmed || m.nowNS >= m.latestNS || m.at <= m.latestNS, "the alarm comes late: the timer is set to %d", m.at)
				m.Assert(!idling || m.nowNS >= m.turnNS || m.at <= m.turnNS, "the scheduler's turn comes late: the timer is set to %d", m.at)
			}
			m.nowNS, m.at, m.pending = max(m.nowNS, m.at), never, true
			m.line.Raise()
		}
	})
	m.MayWait(time)
}

// interrupted is an interrupt of a real-time task: its poll, after the one that was struck, and
// at the end of the interrupt that has struck a goroutine the try to preempt that.
func (m *machine) interrupted(poll func()) {
	m.polls = append(m.polls, poll)
	if m.atIt {
		return
	}
	m.pollAll()
	if preemptPending != 0 && tryPreempt() && m.computing && m.guarded.Load() == 0 {
		m.preempted = true
	}
}

func (m *machine) pollAll() {
	m.atIt, InRealtime = true, true
	for len(m.polls) > 0 {
		poll := m.polls[0]
		m.polls = m.polls[1:]
		m.Killable(m.kills, poll)
	}
	m.atIt, InRealtime = false, false
}

// enter is the way of a goroutine into the real-time executor, as enter of hal/ARCH/realtime.s has it:
// interrupts are masked but in the polls, and the way back presses.
func (m *machine) enter() {
	if m.atIt || len(m.polls) == 0 {
		return
	}
	saved := MaskInterrupts()
	m.pollAll()
	if preemptPending != 0 {
		tryPreempt()
	}
	RestoreInterrupts(saved)
}

// interrupt adds one.
func (m *machine) interrupt(name string, poll func()) {
	m.Interrupt(m.core, name, func() { m.interrupted(poll) })
}

// sleep is that of the executor's goroutine in Park: the scheduler has another run, or idles.
func (m *machine) sleep() {
	for m.woken.Load() == 0 {
		if m.computing {
			m.compute()
			continue
		}
		if m.turnNS <= m.nowNS {
			m.turnNS = never // what was due then has run
		}
		Idle(m.turnNS)
	}
	m.woken.Store(0)
}

// compute is the other goroutine: it is guarded for some steps, and then computes until it is
// preempted.
func (m *machine) compute() {
	m.preempted = false
	m.guarded.Store(1)
	if m.unparks != nil {
		m.unparks()
	}
	m.guarded.Store(0)
	m.spins = true
	atom.Await(func() bool { return m.preempted })
	m.spins = false
}

func (m *machine) setAlarm(atNS int64) {
	m.alarmNS, m.latestNS, m.alarmed = atNS, max(atNS, m.nowNS), false
	SetAlarm(atNS)
}

// An Unpark at any step of a goroutine that goes to wait ends the wait, also where the processor
// is about to halt, and where the poll that rang before was killed at any of its steps.
func TestModelParkUnpark(t *testing.T) {
	for _, kills := range []explore.Kills{0, explore.ByBudget | explore.ByFault} {
		model(t, 0, func(m *machine) {
			m.kills = kills
			unparked := 0
			unpark := func() { Unpark(anExecutor); unparked++ }
			m.runs(0, func() { Park(anExecutor) })
			again := m.Line(m.core, "unpark again", func() { m.interrupted(unpark) })
			m.Interrupt(m.core, "unpark", func() { m.interrupted(unpark); again.Raise() })
			m.Finally(func() { m.Assert(kills != 0 || unparked == 2, "unparked %d times", unparked) })
		})
	}
}

// A sleep of the executor's own goroutine is not ended by an Unpark, whenever it comes: before its
// wait, in it, on the way out, or after it.
func TestModelParkSleepsItsTime(t *testing.T) {
	model(t, 0, func(m *machine) {
		early := func() { m.Assert(m.woken.Load() == 0, "a sleep of its own is ended early") }
		m.runs(0, func() {
			early()
			Park(anExecutor)
			early()
		})
		unpark := func() { m.interrupted(func() { Unpark(anExecutor) }) }
		again := m.Line(m.core, "unpark again", unpark)
		m.Interrupt(m.core, "unpark", func() { unpark(); again.Raise() })
	})
}

// A goroutine computes and never yields, and is at first where it cannot be preempted: the
// executor's has its turn nevertheless, since the timer has the runtime try again; and then
// nothing is left to try.
func TestModelParkPreempt(t *testing.T) {
	for _, by := range []string{"interrupt", "itself", "a task that it wakes"} {
		t.Run(by, func(t *testing.T) { testPress(t, by) })
	}
}

// by says who unparks: an interrupt's poll, that goroutine, or a poll that it enters by a wake.
func testPress(t *testing.T, by string) {
	t.Helper()
	model(t, 1, func(m *machine) {
		m.computing = true
		unpark := func() { Unpark(anExecutor) }
		switch by {
		case "itself":
			m.unparks = unpark
		case "a task that it wakes":
			m.unparks = func() {
				m.polls = append(m.polls, unpark)
				EnterRealtime()
			}
		}
		m.runs(4, func() {
			Park(anExecutor)
			m.computing = false
			m.Assert(preemptPending == 0 && timer.retry == never, "it has run, and the goroutine is to be preempted still")
		})
		if by == "interrupt" {
			m.interrupt("unpark", unpark)
		}
	})
}

// An alarm is neither lost to a try at preemption, which is due before or after it, nor late.
func TestModelParkAlarm(t *testing.T) {
	for _, alarmNS := range []int64{50_000, 150_000} {
		model(t, 1, func(m *machine) {
			m.computing, m.patient = true, true
			m.setAlarm(alarmNS)
			m.runs(3, func() {
				for !m.alarmed {
					Park(anExecutor)
				}
				m.computing = false
			})
			m.interrupt("unpark", func() { Unpark(anExecutor) })
		})
	}
}

// A poll sets the alarm while the processor goes to halt, or is halted until a deadline of the
// scheduler: the alarm comes, and not late.
func TestModelParkAlarmWhileIdle(t *testing.T) {
	for _, turnNS := range []int64{never, 20_000, 90_000} {
		model(t, 2, func(m *machine) {
			m.turnNS = turnNS
			m.runs(4, func() {
				for !m.alarmed {
					Park(anExecutor)
				}
			})
			m.interrupt("poll", func() { m.setAlarm(40_000) })
		})
	}
}

// A poll that moves the alarm is killed at each of its steps: the alarm is what it was, or what
// it was set to.
func TestModelParkKilledAlarm(t *testing.T) {
	model(t, 1, func(m *machine) {
		m.setAlarm(60_000)
		m.alarmNS = 40_000
		m.runs(4, func() {
			for !m.alarmed {
				Park(anExecutor)
			}
		})
		m.Interrupt(m.core, "poll", func() {
			m.kills = explore.ByBudget | explore.ByFault
			m.interrupted(func() { m.kills = 0; SetAlarm(40_000) })
			m.kills = 0
			m.Assert(m.pending || m.count > timer.count || m.at <= timer.alarm, "the alarm is at %d, and the timer set to %d", timer.alarm, m.at)
		})
	})
}

// The processor halts until the scheduler's deadline, and not beyond, whatever alarms are set
// before it goes there and while it is there.
func TestModelParkIdleUntil(t *testing.T) {
	for _, alarmNS := range []int64{20_000, 70_000} {
		model(t, 2, func(m *machine) {
			m.runs(4, func() {
				m.turnNS = 50_000
				for m.nowNS < 50_000 {
					Idle(50_000)
				}
			})
			m.interrupt("poll", func() { m.setAlarm(alarmNS) })
		})
	}
}

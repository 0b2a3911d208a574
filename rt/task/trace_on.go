//go:build tasktrace

package task

// Trace is called at the numbered places of a task's life (see the package comment),
// in the build with -tags tasktrace. Set what is wanted before the first spawn. Each is
// called at the level of who does what it is told of: Wake and Cancel at any, interrupt
// entry included, so they must not allocate, block or wake; the others by the executor,
// or by who spawns. id is the task's number.
var Trace struct {
	Spawn     func(id uint64)         // 1, before the task can be polled
	PollStart func(id uint64)         // 2
	PollEnd   func(id uint64, p Poll) // 3; not after a panic
	Wake      func(id uint64)         // 4, only a wake that changes something
	Cancel    func(id uint64)         // only a cancel that takes effect
	Complete  func(id uint64)         // 5, however it ended
}

func trace(f func(uint64), id uint64) {
	if f != nil {
		f(id)
	}
}

func traceSpawn(id uint64)     { trace(Trace.Spawn, id) }
func traceWake(id uint64)      { trace(Trace.Wake, id) }
func traceCancel(id uint64)    { trace(Trace.Cancel, id) }
func tracePollStart(id uint64) { trace(Trace.PollStart, id) }
func traceComplete(id uint64)  { trace(Trace.Complete, id) }

func tracePollEnd(id uint64, p Poll) {
	if Trace.PollEnd != nil {
		Trace.PollEnd(id, p)
	}
}

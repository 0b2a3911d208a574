//go:build tasktrace

package raw

// Trace is called at the numbered places of a task's life (see the package comment),
// in the build with -tags tasktrace. Set what is wanted before the first spawn. Each is
// called at the level of who does what it is told of: Wake and Cancel at any, interrupt
// entry included, so they must not allocate, block or wake; the others by the executor,
// or by the goroutine that spawns. id is the task's number.
var Trace struct {
	Spawn     func(id uint64)               // 1, before the task can be polled
	PollStart func(id uint64)               // 2
	PollEnd   func(id uint64, isReady bool) // 3; not after a panic
	Wake      func(id uint64)               // 4, only a wake that changes something
	Cancel    func(id uint64)               // only a cancel that takes effect
	Complete  func(id uint64)               // 5, however it ended
}

func trace(f func(uint64), h *Header) {
	if f != nil {
		f(h.number())
	}
}

func traceSpawn(number uint64) {
	if Trace.Spawn != nil {
		Trace.Spawn(number)
	}
}

func traceWake(h *Header)      { trace(Trace.Wake, h) }
func traceCancel(h *Header)    { trace(Trace.Cancel, h) }
func tracePollStart(h *Header) { trace(Trace.PollStart, h) }
func traceComplete(h *Header)  { trace(Trace.Complete, h) }

func tracePollEnd(h *Header, p Poll) {
	if Trace.PollEnd != nil {
		Trace.PollEnd(h.number(), p == Ready)
	}
}

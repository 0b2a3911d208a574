package runtime

// The CPU profile. The runtime asks a kernel for a timer that counts the processor time of its
// thread, and for a signal each time that it has run out; see setThreadCPUProfiler. Here it is
// one more time at which the board's timer interrupts; see port_slice.go. While the processor
// is halted the time stands still.
var (
	portProfileNS int64 // from one sample to the next, 0 for no profile
	portSampleAt  int64
)

// portSample adds a sample, if it is time for one, of what was struck at pc.
func portSample(now int64, pc, sp, lr uintptr, gp *g) {
	if portProfileNS != 0 && portSampleAt <= now {
		portSampleAt = now + portProfileNS
		sigprof(pc, sp, lr, gp, gp.m)
	}
}

// portProfileHalted is called when the processor has been halted for that long.
func portProfileHalted(ns int64) {
	masked := portMask() // see portTurn
	portSampleAt += ns
	portRestore(masked)
}

//go:nosplit
func portTimerCreate(clockid int32, sevp *sigevent, timerid *int32) int32 {
	*timerid = 1
	return 0
}

//go:nosplit
func portTimerSettime(timerid, flags int32, new, old *itimerspec) int32 {
	ns := func(t *timespec) int64 { return int64(t.tv_sec)*1e9 + int64(t.tv_nsec) }
	portSampleAt = nanotime() + ns(&new.it_value)
	portProfileNS = ns(&new.it_interval)
	portTurn(portSampleAt)
	return 0
}

//go:nosplit
func portTimerDelete(timerid int32) int32 {
	portProfileNS = 0
	return 0
}

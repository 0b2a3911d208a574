package runtime

// The periodic collection, which sysmon asks for elsewhere: when the last is two minutes ago
// (forcegcperiod). Here it is looked for where the clock is read anyway: when there is no
// goroutine to run, and when a slice is over.
//
// So it comes with the first turn of the scheduler after that time, and an idle machine is not
// woken for it: where nothing runs nothing becomes garbage, and the memory cannot be given to
// anybody else. Rejected: a timer for as long as anything was allocated since the last
// collection. The collection itself allocates.
func portCollect(now int64) *g {
	if t := (gcTrigger{kind: gcTriggerTime, now: now}); !t.test() || !forcegc.idle.Load() {
		return nil
	}
	forcegc.idle.Store(false)
	return forcegc.g
}

// portCollectReady makes the goroutine of the periodic collection ready, if it is time. The
// scheduler calls it when a slice is over.
//
//go:yeswritebarrierrec
func portCollectReady(now int64) {
	if gp := portCollect(now); gp != nil {
		ready(gp, 0, false)
	}
}

// Package platform is what an executor needs of a machine, and nothing else: to mask interrupts, a
// clock and an alarm, and to park and unpark. The machines of hal/amd64 and hal/arm provide it below
// the functions here; on the host, where rt is tested, this package stands in for them.
//
// A producer reaches an executor that has parked by its parker:
//
//	producer                          executor with parker n
//	--------                          ----------------------
//	enqueue task                      parked = 1
//	if parked != 0 {                  if queue not empty { parked = 0; tick }
//	    Unpark(n)  --------------->   Park(n)
//	}                                 parked = 0
//
// An Unpark that comes before its Park is remembered once, so the order of the two does not
// matter.
//
// On a machine, Park is a goroutine's sleep, and [Idle] is where the processor halts when every
// goroutine sleeps:
//
//	Idle:  mask interrupts
//	       unparked since the last look?  ->  unmask, return to the scheduler
//	       set the alarm
//	       unmask and halt in one step
//
// Nothing can be lost between the look and the halt: an interrupt that comes in between is taken
// only by the halt itself.
package platform

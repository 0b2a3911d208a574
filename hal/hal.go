// Package hal is what the executor needs of a machine, and nothing else. The
// machines themselves are in hal/amd64 and hal/arm; the host, where rt is
// tested, is in this package.
//
// A doorbell is how a producer reaches an executor that has parked:
//
//	producer                          executor n
//	--------                          ----------
//	enqueue task                      parked = 1
//	if parked != 0 {                  if queue not empty { parked = 0; tick }
//	    Ring(n)  ------------------>  Wait(n)
//	}                                 parked = 0
//
// A ring that comes before its Wait is remembered once, so the order of the
// two does not matter.
//
// On a machine, Wait is a goroutine's sleep, and [Idle] is where the processor
// halts when every goroutine sleeps:
//
//	Idle:  mask interrupts
//	       rung since the last look?  ->  unmask, return to the scheduler
//	       set the alarm
//	       unmask and halt in one step
//
// Nothing can be lost between the look and the halt, because an interrupt that
// comes in between is taken only by the halt itself.
package hal

// Doorbells is how many executors one image can have.
const Doorbells = 8

// Realtime is the doorbell of the executor in front of the runtime: ringing it enters that
// executor, if it is not at work already.
const Realtime = Doorbells

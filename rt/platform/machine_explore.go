//go:build parkers

package platform

import "github.com/tamagotake/tamagotake/rt/internal/atom"

// Machine stands in models of parkers and of [Idle] for the machine and the Go runtime. They
// are built with -tags explore,parkers; other models do with the parkers of park_explore.go.
var Machine struct {
	Alarm         func(atNS int64) (setNS int64, count uint64)
	Interrupts    func() uint64
	Wake, Unwake  func(gp uint)
	Sleep         func()
	Urgent        func(unparked bool)
	EnterRealtime func()
}

const enabled = 0

func alarm(atNS int64) (setNS int64, count uint64) { return Machine.Alarm(atNS) }
func interrupts() (count uint64)                   { return Machine.Interrupts() }
func wakeG(gp uint) (failed uint)                  { Machine.Wake(gp); return 0 }
func unwake(gp uint)                               { Machine.Unwake(gp) }
func getG() (gp uint)                              { return 1 }
func sleep()                                       { Machine.Sleep() }
func urgent(unparked bool)                         { Machine.Urgent(unparked) }
func enter()                                       { Machine.EnterRealtime() }
func wait()                                        { atom.Halt() }

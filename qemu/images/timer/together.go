//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
)

// How late a random sleep can be at most, measured: the first of a thousand in a slot of a
// higher level, which the turn moves to lower ones before, and the last of those that are due
// by then; so many in the same tick stand for them.
const crowd = 64

var latencyNS [2]int64 // real-time, thread

var levels = [2]sched.Spawner{&sched.Normal, &executor}

var levelNames = [2]string{"real-time", "thread"}

var nappers [sleepersCount]napper

func together() {
	for l, on := range levels {
		same := nap(on, nappers[:crowd], platform.Now()+100e6, 0)
		// A level's slot of 2^34 ns, from its beginning on.
		slot := nap(on, nappers[:], (platform.Now()>>34+2)<<34, 1e6)
		latencyNS[l] = same + slot
		check.Report(latencyNS[l] < 1e6, "together: %s: the last of %d in a tick %d ns after it, the first of %d in a slot %d ns", levelNames[l], crowd, same, sleepersCount, slot)
	}
}

// nap has tasks sleep until a time and then one after the other, and returns by how much the
// latest was late, beyond a tick.
func nap(on sched.Spawner, nappers []napper, atNS, apartNS int64) (latencyNS int64) {
	for i := range nappers {
		nappers[i].sleep(on, atNS+int64(i)*apartNS-platform.Now(), false)
	}
	await(func() bool {
		for i := range nappers {
			if nappers[i].wokeNS == 0 {
				return false
			}
		}
		return true
	})
	for i := range nappers {
		late := nappers[i].lateNS()
		if late < 0 {
			check.Report(false, "together: %d ns too soon", -late)
		}
		latencyNS = max(latencyNS, late-tickNS)
	}
	return latencyNS
}

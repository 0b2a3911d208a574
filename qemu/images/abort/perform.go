//go:build tamago

package main

import (
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// What a victim does. Numbers and not functions: boot/verify follows no call by address.
const (
	actWake = iota
	actWakeTwice
	actWakeThree
	actWakeSelf
	actCancel
	actRing
	actsWake // how many there are of these
)

func perform(cx *task.Context) {
	if act < actsWake {
		performWake(cx)
	} else if act < actsSync {
		performSync(cx)
	} else {
		performTimer(cx)
	}
}

func performWake(cx *task.Context) {
	if act == actWake {
		target.Wake()
	} else if act == actWakeTwice {
		target.Wake()
		target.Wake()
	} else if act == actWakeThree {
		thread1.waker.Wake()
		target.Wake()
		realtime.waker.Wake()
	} else if act == actWakeSelf {
		cx.Waker().Wake()
	} else if act == actCancel {
		target.Cancel()
	} else if act == actRing {
		platform.Unpark(doneParker)
	}
}

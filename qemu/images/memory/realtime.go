//go:build tamago

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

var (
	taskUnderTest task.Task[task.None]
	under         func() // what it does
)

func poll(*task.None, *task.Context) task.Poll {
	under()
	return task.Ready
}

// realtime has each misuse done by a real-time task.
func realtime() {
	for _, m := range misuses {
		want := m.want
		if m.addr != nil && strings.Contains(want, "%x") {
			want = fmt.Sprintf(want, m.addr())
		}
		faults(m.name, m.do, want)
	}
	// Further than the look that functions take at the stack's bound: each step writes.
	faults("an overflow of the real-time stack", overflow, "touched the guard page 0x", "(below the real-time stack)")
}

func faults(name string, do func(), want ...string) {
	under = do
	j, err := sched.Spawn(&sched.Normal, &taskUnderTest, task.Named("misuse"), poll)
	if err == nil {
		_, err = j.Take()
	}
	var f *task.FaultError
	ok := errors.As(err, &f)
	for _, w := range want {
		ok = ok && strings.Contains(err.Error(), w)
	}
	check.Report(ok, "real-time, %s: %v", name, err)
}

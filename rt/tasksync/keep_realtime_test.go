//go:build !tamago

package tasksync_test

import (
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// At real-time level the words are the same, stored without the collector's barrier.
func TestRealtimeWaitIsKept(t *testing.T) {
	platform.Enter = enterRealtime
	defer func() { platform.Enter = func() {} }()
	for name, begin := range begins {
		t.Run(name, func(t *testing.T) { keeps(t, &sched.Normal, func() {}, begin) })
	}
}

// enterRealtime polls what is on the queues of the real-time executor, as a machine does.
func enterRealtime() {
	if realtimeActive {
		return
	}
	realtimeActive = true
	defer func() { realtimeActive = false }()
	out, cx, poll := sched.Next()
	for poll != 0 {
		f := *(*func(unsafe.Pointer, *task.Context) task.Poll)(unsafe.Pointer(&poll))
		out, cx, poll = sched.Polled(f(*(*unsafe.Pointer)(unsafe.Pointer(&out)), cx))
	}
}

var realtimeActive bool

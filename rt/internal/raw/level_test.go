//go:build !tamago

package raw

import (
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/platform"
)

// The list of a thread task is not changed at real-time level, where a write barrier must not
// be: that is looked at before anything has changed.
func TestKeepIsForThreadLevel(t *testing.T) {
	var q RunQueue
	var tk Task[none]
	tk.Spawn(&q, nil, pending)
	cx := Context{tk.waker().header}
	var open, other Wait
	open.Open(&cx, undoTest)
	platform.InRealtime = true
	defer func() { platform.InRealtime = false }()
	caught(t, "at real-time level", func() { other.Open(&cx, undoTest) })
	caught(t, "at real-time level", open.Close)
	if tk.waits != unsafe.Pointer(&open) || open.next != nil || open.object == nil || other.object != nil {
		t.Error("the list has changed")
	}
}

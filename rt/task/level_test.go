//go:build !tamago

package task

import (
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/platform"
)

// The list of a thread task is not changed at real-time level, where a write barrier must not
// be: that is looked at before anything has changed.
func TestKeepIsForThreadLevel(t *testing.T) {
	var target Target
	var tk Task[None]
	tk.Spawn(&target, nil, pending)
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

package task

import (
	"strings"
	"testing"
	"unsafe"
)

// caught runs f, which must panic with a text.
func caught(t *testing.T, text string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got, _ := recover().(string); !strings.Contains(got, text) {
			t.Errorf("%q, not %q", got, text)
		}
	}()
	f()
}

func spawned(t *testing.T, target *Target, tk *Task[None]) Waker {
	j, err := tk.Spawn(target, nil, func(*None, *Context) Poll { return Pending })
	if err != nil {
		t.Fatal(err)
	}
	return j.Waker()
}

func TestMisuse(t *testing.T) {
	t.Run("a waker that something wrote over", func(t *testing.T) {
		w := Waker{0x1001, 5}
		caught(t, "a waker was overwritten", w.Wake)
		caught(t, "a waker was overwritten", func() { w.Cancel() })
	})
	t.Run("a header that something wrote over", func(t *testing.T) {
		var target Target
		var tk Task[None]
		w := spawned(t, &target, &tk)
		c, _ := target.Consume()
		c.TryDequeue()
		tk.Start()
		tk.End()
		tk.exec = new(Target) // no task was bound to it
		caught(t, "the header of a task was overwritten", w.Wake)
	})
	t.Run("an executor is given what is on no queue", func(t *testing.T) {
		var free Task[None]
		caught(t, "not runnable", func() { free.Start() })
		var target Target
		var idle Task[None]
		spawned(t, &target, &idle)
		idle.Start()
		idle.End()
		caught(t, "not runnable", func() { idle.Start() })
	})
	t.Run("a live task is spawned again", func(t *testing.T) {
		var target Target
		var tk Task[None]
		spawned(t, &target, &tk)
		if _, err := tk.Spawn(&target, nil, pending); err != ErrAlive {
			t.Errorf("%v", err)
		}
	})
}

// A waker fits where there is room for two words, and has no pointer for the collector.
func TestWakerIsTwoWords(t *testing.T) {
	if size := unsafe.Sizeof(Waker{}); size > 16 {
		t.Errorf("%d bytes", size)
	}
}

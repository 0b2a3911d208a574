package raw

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

func spawned(t *testing.T, q *RunQueue, tk *Task[none]) Waker {
	j, err := tk.Spawn(q, nil, pending)
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
		var q RunQueue
		var tk Task[none]
		w := spawned(t, &q, &tk)
		c, _ := q.Consume()
		c.TryDequeue()
		tk.Start()
		tk.End()
		tk.exec = new(RunQueue) // no task was bound to it
		caught(t, "the header of a task was overwritten", w.Wake)
	})
	t.Run("an executor is given what is on no queue", func(t *testing.T) {
		var free Task[none]
		caught(t, "not runnable", func() { free.Start() })
		var q RunQueue
		var idle Task[none]
		spawned(t, &q, &idle)
		idle.Start()
		idle.End()
		caught(t, "not runnable", func() { idle.Start() })
	})
	t.Run("a live task is spawned again", func(t *testing.T) {
		var q RunQueue
		var tk Task[none]
		spawned(t, &q, &tk)
		if _, err := tk.Spawn(&q, nil, pending); err != ErrAlive {
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

//go:build !tamago

package raw

import (
	"errors"
	"testing"
	"unsafe"
)

func markedUndo(*Wait) {}

func unmarkedUndo(*Wait) {}

// In a verified image only a verified function becomes an Undo; the error comes at the
// registration.
func TestUnmarkedUndoIsRefused(t *testing.T) {
	f := markedUndo
	marked := **(**uintptr)(unsafe.Pointer(&f))
	n := 0
	closure := func(*Wait) { n++ }
	for _, c := range []struct {
		name  string
		table []uintptr
		f     func(*Wait)
		want  error
	}{
		{"marked", []uintptr{2, 1, marked}, markedUndo, nil},
		{"unmarked", []uintptr{1, marked}, unmarkedUndo, ErrUnverifiedUndo},
		{"behind the end of the table", []uintptr{1, 1, marked}, markedUndo, ErrUnverifiedUndo},
		{"a closure", []uintptr{1, marked}, closure, ErrUnverifiedUndo},
		{"none", []uintptr{1, marked}, nil, ErrUnverifiedUndo},
		{"none in an image that is not verified", []uintptr{Unsealed}, nil, ErrUnverifiedUndo},
		{"an image that is not verified", []uintptr{Unsealed}, unmarkedUndo, nil},
		{"a closure in an image that is not verified", []uintptr{Unsealed}, closure, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer Seal(nil, c.table)()
			u, err := NewUndo(c.f)
			if !errors.Is(err, c.want) || (u == Undo{}) != (err != nil) {
				t.Errorf("%v, %v, want %v", u, err, c.want)
			}
			defer func() {
				if v := recover(); v != nil && v != c.want {
					t.Errorf("MustUndo panics with %v", v)
				} else if v == nil && c.want != nil {
					t.Error("MustUndo does not panic")
				}
			}()
			if MustUndo(c.f) != u {
				t.Error("another Undo of the same function")
			}
		})
	}
}

// A wait without a function that takes it back is not opened, and nothing has changed.
func TestZeroUndoIsRefused(t *testing.T) {
	var q RunQueue
	var tk Task[none]
	tk.Spawn(&q, nil, pending)
	var w Wait
	caught(t, "zero Undo", func() { w.Open(&Context{tk.waker().header}, Undo{}) })
	if w.IsOpen() || tk.waits != nil {
		t.Error("it is open")
	}
}

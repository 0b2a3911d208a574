package raw

import (
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
)

// Every end of a task takes its open waits back, once, before the result can be seen, and
// leaves those alone that were closed.
func TestWaitsAreTakenBack(t *testing.T) {
	var q RunQueue
	for how := range Faulted + 1 {
		var tk Task[none]
		var open, closed, another Wait
		j, err := tk.Spawn(&q, nil, pending)
		if err != nil {
			t.Fatal(err)
		}
		h := &tk.Header
		c, _ := q.Consume()
		c.TryDequeue()
		c.Release()
		h.Start()
		cx := Context{h.waker().header}
		undone, undoneOf = nil, &h.state
		open.Open(&cx, undoTest)
		closed.Open(&cx, undoTest)
		another.Open(&cx, undoTest)
		open.Open(&cx, undoTest) // again: as it was
		closed.Close()
		closed.Close()
		if !open.IsOpen() || closed.IsOpen() || open.Waker() != j.Waker() {
			t.Fatalf("open %v, closed %v", open.IsOpen(), closed.IsOpen())
		}
		h.Finish(how)
		if len(undone) != 2 || undone[0] != &another || undone[1] != &open || open.IsOpen() || another.IsOpen() {
			t.Errorf("ending %d: %d taken back", how, len(undone))
		}
		if undoneAfterEnd {
			t.Error("taken back after the result could be seen")
		}
	}
}

var (
	undone         []*Wait
	undoneAfterEnd bool
	undoneOf       *atom.Uint32
)

var undoTest = MustUndo(func(w *Wait) {
	undone = append(undone, w)
	undoneAfterEnd = undoneAfterEnd || undoneOf != nil && undoneOf.Load()&completed != 0
})

// A wait is one task's.
func TestWaitOfAnotherTask(t *testing.T) {
	var q RunQueue
	var a, b Task[none]
	a.Spawn(&q, nil, pending)
	b.Spawn(&q, nil, pending)
	var w Wait
	w.Open(&Context{a.waker().header}, undoTest)
	defer func() {
		if recover() == nil {
			t.Error("another task opened it too")
		}
	}()
	w.Open(&Context{b.waker().header}, undoTest)
}

// A wait that was declared in a function is where it does not move.
func TestWaitIsFixed(t *testing.T) {
	var q RunQueue
	var tk Task[none]
	tk.Spawn(&q, nil, pending)
	cx := Context{tk.waker().header}
	n := testing.AllocsPerRun(100, func() {
		var w Wait
		w.Open(&cx, undoTest)
		w.Close()
	})
	if n != 1 {
		t.Errorf("%v allocations for a wait in a function: want 1, it is linked by address", n)
	}
	if size := unsafe.Sizeof(Wait{}); size > 48 {
		t.Errorf("%d bytes", size)
	}
}

// At real-time level a word of the list that was overwritten is found before anything has
// changed.
func TestOverwrittenWaitIsFound(t *testing.T) {
	var q RunQueue
	q.BindRealtime()
	var tk Task[none]
	tk.Spawn(&q, nil, pending)
	cx := Context{tk.waker().header}
	var first, second, third, elsewhere Wait
	first.Open(&cx, undoTest)
	second.Open(&cx, undoTest)
	third.Open(&cx, undoTest)
	for name, overwrite := range map[string]func(){
		"next": func() { second.next = unsafe.Pointer(&elsewhere) },
		"prev": func() { second.prev = unsafe.Pointer(&elsewhere) },
	} {
		saved := second
		overwrite()
		before := [3]Wait{first, second, third}
		caught(t, waitOverwritten, second.Close)
		if before != [3]Wait{first, second, third} || tk.waits != unsafe.Pointer(&third) || elsewhere != (Wait{}) {
			t.Errorf("%s: the list has changed", name)
		}
		second = saved
	}
	third.prev = unsafe.Pointer(&elsewhere)
	var fourth Wait
	caught(t, waitOverwritten, func() { fourth.Open(&cx, undoTest) })
	if fourth.IsOpen() || tk.waits != unsafe.Pointer(&third) {
		t.Error("it was opened")
	}
	third.prev = nil
	saved := third
	third.next = unsafe.Pointer(&elsewhere)
	tk.takeBack() // ends
	third = saved
	store(&tk.waits, unsafe.Pointer(&third))
	second.Close()
	third.Close()
	first.Close()
	if tk.waits != nil || first.next != nil || second.next != nil || third.next != nil {
		t.Error("not empty")
	}
}

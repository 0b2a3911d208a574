package sched

import (
	"errors"
	"testing"
	"unsafe"

	"tamagotake/rt/task"
)

func markedPoll(*task.Context, *none) task.Poll { return task.Pending }

func unmarkedPoll(*task.Context, *none) task.Poll { return task.Pending }

// In a verified image only the verified functions can be spawned as real-time tasks, also
// into a pool; at thread level all can, and in an image that is not verified.
func TestUnmarkedIsRefused(t *testing.T) {
	useFront(t)
	var e Executor
	var pool task.Pool[none]
	pool.Init(make([]task.Task[none], 2))
	f := task.Func[none](markedPoll)
	code := **(**uintptr)(unsafe.Pointer(&f))
	captured := 0
	for _, c := range []struct {
		name  string
		table []uintptr
		on    Home
		poll  task.Func[none]
		want  error
	}{
		{"marked", []uintptr{2, 1, code}, &Normal, markedPoll, nil},
		{"marked, urgent", []uintptr{1, code}, &Urgent, markedPoll, nil},
		{"unmarked", []uintptr{1, code}, &Normal, unmarkedPoll, ErrUnmarked},
		{"behind the end of the table", []uintptr{1, 1, code}, &Normal, markedPoll, ErrUnmarked},
		{"a closure", []uintptr{1, code}, &Normal, func(*task.Context, *none) task.Poll { captured++; return task.Pending }, ErrUnmarked},
		{"none", []uintptr{1, code}, &Normal, nil, ErrUnmarked},
		{"unmarked at thread level", []uintptr{1, code}, &e, unmarkedPoll, nil},
		{"an image that is not verified", []uintptr{unsealed}, &Normal, unmarkedPoll, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			saved := marked
			defer func() { marked = saved }()
			copy(marked[:], c.table)
			j, err := Spawn(c.on, new(unit), nil, c.poll)
			if !errors.Is(err, c.want) {
				t.Errorf("Spawn: %v, want %v", err, c.want)
			}
			k, err := SpawnIn(c.on, &pool, nil, c.poll)
			if !errors.Is(err, c.want) {
				t.Errorf("SpawnIn: %v, want %v", err, c.want)
			}
			if c.want == nil {
				j.Cancel()
				k.Cancel()
				e.Tick()
				j.Detach()
				k.Detach()
			}
		})
	}
}

//go:build !tamago

package task_test

import (
	"errors"
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

type none = task.None

func markedPoll(*none, *task.Context) task.Poll { return task.Pending }

func unmarkedPoll(*none, *task.Context) task.Poll { return task.Pending }

// motors is a place of a program's own for real-time tasks: another type than the priority
// that it embeds.
type motors struct{ *sched.Priority }

// code returns the address that boot/verify would write for a function.
func code(f task.Func[none]) uintptr { return **(**uintptr)(unsafe.Pointer(&f)) }

// In a verified image only the verified functions can be spawned as real-time tasks, in
// whatever way; at thread level all can, and in an image that is not verified.
func TestUnmarkedIsRefused(t *testing.T) {
	var e sched.Executor
	captured := 0
	closure := func(*none, *task.Context) task.Poll { captured++; return task.Pending }
	marked := code(markedPoll)
	for _, c := range []struct {
		name  string
		table []uintptr
		on    sched.Spawner
		poll  task.Func[none]
		want  error
	}{
		{"marked", []uintptr{2, 1, marked}, &sched.Normal, markedPoll, nil},
		{"marked, urgent", []uintptr{1, marked}, &sched.Urgent, markedPoll, nil},
		{"unmarked", []uintptr{1, marked}, &sched.Normal, unmarkedPoll, task.ErrUnverified},
		{"unmarked on a type that embeds a priority", []uintptr{1, marked}, motors{&sched.Urgent}, closure, task.ErrUnverified},
		{"marked on a type that embeds a priority", []uintptr{1, marked}, motors{&sched.Urgent}, markedPoll, nil},
		{"unmarked on a priority of its own", []uintptr{1, marked}, new(sched.Priority), unmarkedPoll, task.ErrUnverified},
		{"behind the end of the table", []uintptr{1, 1, marked}, &sched.Normal, markedPoll, task.ErrUnverified},
		{"a closure", []uintptr{1, marked}, &sched.Normal, closure, task.ErrUnverified},
		{"none", []uintptr{1, marked}, &sched.Normal, nil, task.ErrNoPoll},
		{"unmarked at thread level", []uintptr{1, marked}, &e, unmarkedPoll, nil},
		{"an image that is not verified", []uintptr{raw.Unsealed}, &sched.Normal, unmarkedPoll, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer raw.Seal(c.table, nil)()
			var pool task.Pool[none]
			pool.Init(make([]task.Task[none], 2))
			var heap task.GrowPool[none]
			spawns := map[string]func() (task.JoinHandle[none], error){
				"Spawn":           func() (task.JoinHandle[none], error) { return sched.Spawn(c.on, new(task.Task[none]), nil, c.poll) },
				"SpawnIn a pool":  func() (task.JoinHandle[none], error) { return sched.SpawnIn(c.on, &pool, nil, c.poll) },
				"SpawnIn a heap":  func() (task.JoinHandle[none], error) { return sched.SpawnIn(c.on, &heap, nil, c.poll) },
				"SpawnIn, a task": func() (task.JoinHandle[none], error) { return sched.SpawnIn(c.on, new(task.Task[none]), nil, c.poll) },
			}
			for name, spawn := range spawns {
				j, err := spawn()
				if !errors.Is(err, c.want) {
					t.Errorf("%s: %v, want %v", name, err, c.want)
				}
				if err == nil {
					j.Cancel()
					e.Tick()
					j.Detach()
				}
			}
		})
	}
	if captured != 0 {
		t.Errorf("a closure was polled %d times", captured)
	}
}

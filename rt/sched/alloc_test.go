package sched

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/rt/queue"
	"github.com/tamagotake/tamagotake/rt/task"
)

func TestNoAllocation(t *testing.T) {
	var e, thief Executor
	e.Share()
	var tk, other unit
	var in Injector
	var pool task.Pool[int]
	pool.Init(make([]task.Task[int], 4))
	w := spawn(t, &e, &tk, pending).Waker()
	one := func(_ *task.Context, out *int) task.Poll { *out = 1; return task.Ready }
	b := task.Named("other")
	e.Tick()
	for name, f := range map[string]func(){
		"wake and tick":          func() { w.Wake(); w.Wake(); e.Tick() },
		"an empty tick":          func() { e.Tick() },
		"spawn, run and join":    func() { j, _ := Spawn(&e, &other, b, ready); e.Tick(); j.Poll(w); e.Tick() },
		"spawn, cancel and join": func() { j, _ := Spawn(&e, &other, b, ready); j.Cancel(); e.Tick(); j.Poll(w) },
		"spawn and detach":       func() { j, _ := Spawn(&e, &other, nil, ready); j.Detach(); e.Tick() },
		"a pool": func() {
			j, err := SpawnIn(&e, &pool, nil, one)
			e.Tick()
			if out, _, done := j.Poll(task.Waker{}); err != nil || out != 1 || !done {
				t.Error("not run")
			}
		},
		"a full pool": func() {
			var js [5]task.JoinHandle[int]
			for i := range js {
				js[i], _ = SpawnIn(&e, &pool, nil, one)
			}
			e.Tick()
			for _, j := range js {
				j.Detach()
			}
		},
		"inject and steal": func() {
			j, _ := Spawn(&in, &other, nil, ready)
			if s, r := in.TrySteal(); r == queue.Item {
				s.Half(&thief)
				s.Release()
			}
			thief.Tick()
			j.Detach()
		},
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// hot are the files of which nothing may escape, besides the text of a panic, which is in
// the image and costs nothing, and what the lines that match are excused for.
var hot = map[string]string{
	"rt/queue/queue.go": "",
	"rt/task/state.go":  "",
	"rt/task/waker.go":  `: text escapes to heap`, // the panic itself
	"rt/task/target.go": "",
	"rt/task/task.go":   "",
	"rt/task/life.go":   `&PanicError\{\.\.\.\} escapes`, // how a panicked task ends
	"rt/task/join.go":   "",
	"rt/task/pool.go":   "",
	"rt/sched/sched.go": "",
	"rt/sched/spawn.go": "",
	"rt/sched/steal.go": "",
}

// What the compiler says about what escapes from the hot files.
func TestNothingEscapes(t *testing.T) {
	cmd := exec.Command("go", "build", "-gcflags=github.com/tamagotake/tamagotake/rt/...=-m", "./rt/queue", "./rt/task", "./rt/sched")
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "rt/task/waker.go") || !strings.Contains(string(out), "escapes to heap") {
		t.Fatalf("no report of the compiler:\n%s", out)
	}
	constant := regexp.MustCompile(`: "[^"]*" escapes to heap$`)
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.Contains(line, "escapes to heap") && !strings.Contains(line, "moved to heap") {
			continue
		}
		excused, isHot := hot[strings.Split(line, ":")[0]]
		if !isHot || constant.MatchString(line) || excused != "" && regexp.MustCompile(excused).MatchString(line) {
			continue
		}
		t.Errorf("%s", line)
	}
}

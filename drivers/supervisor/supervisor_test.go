//go:build !tamago

package supervisor

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/hal/fake"
	"github.com/tamagotake/tamagotake/internal/coroutines"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const ms = 1e6

var errBroken = errors.New("broken")

// rig is a supervisor with a driver that does what each life of it is told.
type rig struct {
	*fake.Machine
	t      *testing.T
	began  int64
	driver task.Task[error]
	handle task.JoinHandle[error]
	s      Supervisor[error]
	join   task.JoinHandle[error]

	life   func(c *coro.Ctx) error // what the driver does
	starts []int64                 // when, in ms
	downs  []error
	said   []string
	given  int // what users wait for, and get one by one
	user   task.Waker
}

func newRig(t *testing.T, life func(c *coro.Ctx) error) *rig {
	r := &rig{Machine: fake.New(t), t: t, life: life}
	r.began = r.Now()
	r.s.Name = "dev0"
	r.s.Start = r.start
	r.s.Down = func(err error) { r.downs = append(r.downs, err) }
	r.s.Report = func(text string) { r.said = append(r.said, text) }
	return r
}

func (r *rig) start(*coro.Ctx) (j task.JoinHandle[error], err error) {
	r.starts = append(r.starts, (r.Now()-r.began)/ms)
	r.handle, err = sched.Spawn(&r.Exec, &r.driver, task.Named("dev0"), coro.Func(func(c *coro.Ctx) error { return r.life(c) }))
	return r.handle, err
}

func (r *rig) run() { r.join = fake.Spawn(r.Machine, "supervisor", coro.Func(r.s.Run)) }

func (r *rig) wantStarts(want ...int64) {
	r.t.Helper()
	if !slices.Equal(r.starts, want) {
		r.t.Errorf("started at %v ms, want %v", r.starts, want)
	}
}

// wants fails the test unless the driver's users are told this.
func (r *rig) wantErr(parts ...error) {
	r.t.Helper()
	err := r.s.Err()
	if len(parts) == 0 && err != nil {
		r.t.Errorf("down: %v", err)
	}
	for _, p := range append(parts, drivers.ErrDown) {
		if len(parts) > 0 && !errors.Is(err, p) {
			r.t.Errorf("%v is no %q", err, p)
		}
	}
}

func forever(c *coro.Ctx) error {
	c.AwaitFunc(func(*task.Context) task.Poll { return task.Pending })
	return nil
}

// Each delay is twice the one before, and none is longer than the longest.
func TestBackOff(t *testing.T) {
	r := newRig(t, func(c *coro.Ctx) error { return errBroken })
	r.s.BackOff = BackOff{First: 100 * ms, Most: 1000 * ms, Good: 1000 * ms}
	r.run()
	r.Advance(4600 * ms)
	r.wantStarts(0, 100, 300, 700, 1500, 2500, 3500, 4500)
	r.wantErr(errBroken)
	got := r.s.Stat()
	if got.Starts != 8 || got.Failures != 8 || got.InARow != 8 || got.Running || got.NextNS != r.began+5500*ms {
		t.Errorf("%+v", got)
	}
	if len(r.downs) != 8 || !errors.Is(r.downs[0], errBroken) {
		t.Errorf("told %v", r.downs)
	}
	if want := "dev0: driver failed, 2 in a row, next start in 200 ms: broken"; r.said[1] != want {
		t.Errorf("said %q, want %q", r.said[1], want)
	}
}

// A driver that should always run is started again when it has ended by itself, and when it was
// cancelled.
func TestAlways(t *testing.T) {
	n := 0
	r := newRig(t, nil)
	r.life = func(c *coro.Ctx) error {
		if n++; n == 2 {
			c.Waker().Cancel()
			return forever(c)
		}
		return nil
	}
	r.s.BackOff = BackOff{First: 100 * ms, Most: 1000 * ms, Good: 1000 * ms}
	r.s.Always = true
	r.run()
	r.Advance(350 * ms)
	r.wantStarts(0, 100, 300)
	r.wantErr(ErrEnded)
	if len(r.downs) != 3 || !errors.Is(r.downs[0], ErrEnded) || !errors.Is(r.downs[1], task.ErrCancelled) {
		t.Errorf("told %v", r.downs)
	}
}

func TestDelays(t *testing.T) {
	for failures, want := range map[int]time.Duration{1: 100e6, 2: 200e6, 9: 25600e6, 10: 30e9, 11: 30e9, 1 << 40: 30e9} {
		if got := Default.after(failures); got != want {
			t.Errorf("after %d failures %v, want %v", failures, got, want)
		}
	}
	if b := (BackOff{First: -1, Most: 5}).orDefault(); b != (BackOff{100e6, 5, 60e9}) || b.after(1) != 5 {
		t.Errorf("%+v", b)
	}
}

// A driver that ran for a good while, and not a moment less, is restarted soon.
func TestGoodWhile(t *testing.T) {
	lives := []int64{0, 0, 999, 1000, 0}
	n := 0
	r := newRig(t, nil)
	r.life = func(c *coro.Ctx) error {
		n++
		c.Sleep(time.Duration(lives[min(n, len(lives))-1] * ms))
		return errBroken
	}
	r.s.BackOff = BackOff{First: 100 * ms, Most: 10000 * ms, Good: 1000 * ms}
	r.run()
	r.Advance(5000 * ms)
	r.wantStarts(0, 100, 300, 300+999+400, 300+999+400+1000+100, 300+999+400+1000+100+200, 3399, 4199)
}

// Everything that is a failure, and what the users are told.
func TestFailures(t *testing.T) {
	for name, c := range map[string]struct {
		life  func(c *coro.Ctx) error
		start error
		panic bool
		want  string
	}{
		"an error":         {life: func(*coro.Ctx) error { return errBroken }, want: "dev0: the driver is not running: broken"},
		"a panic":          {life: func(*coro.Ctx) error { panic("boom") }, want: "dev0 panicked: boom"},
		"no start":         {start: &drivers.Error{Device: "dev0", Register: "ID", Value: 3, Err: drivers.ErrAbsent}, want: "ID 0x3: there is no device"},
		"a panic at start": {panic: true, want: "dev0 panicked: at start"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, c.life)
			broken := true
			r.s.Start = func(x *coro.Ctx) (task.JoinHandle[error], error) {
				if c.panic && broken {
					panic("at start")
				}
				if c.start != nil && broken {
					return task.JoinHandle[error]{}, c.start
				}
				return r.start(x)
			}
			r.run()
			r.wantErr(drivers.ErrDown)
			if err := r.s.Err(); !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("%q, want %q", err, c.want)
			}
			if r.join.Done() {
				t.Error("given up")
			}
			broken = false
			r.life = forever
			r.Advance(100 * ms)
			r.wantErr()
		})
	}
}

// receive is an operation of a user: it is done when something is given.
func (r *rig) receive(cx *task.Context) task.Poll {
	r.user = cx.Waker()
	if r.given == 0 {
		return task.Pending
	}
	r.given--
	return task.Ready
}

func (r *rig) give() {
	r.given++
	r.user.Wake()
	r.Run()
}

// A user is told at once, whether it waited when the driver failed, began while it was down,
// or did not run until the driver was up again; and not for what was done.
func TestUsers(t *testing.T) {
	fail := false
	r := newRig(t, func(c *coro.Ctx) error {
		c.AwaitFunc(func(*task.Context) task.Poll {
			if fail {
				return task.Ready
			}
			return task.Pending
		})
		fail = false
		return errBroken
	})
	breakDown := func() {
		fail = true
		r.handle.Waker().Wake()
		r.Run()
	}
	u := User{Status: &r.s.Status}
	var got []string
	user := fake.Spawn(r.Machine, "user", coro.Func(func(c *coro.Ctx) error {
		for range 6 {
			err := u.Await(c, r.receive)
			got = append(got, fmt.Sprint(err))
			if err != nil {
				c.Sleep(60 * ms)
			}
		}
		return nil
	}))
	const down = "dev0: the driver is not running"
	want := []string{down} // it has not begun
	step := func(what string, more ...string) {
		t.Helper()
		if want = append(want, more...); !slices.Equal(got, want) {
			t.Fatalf("%s: %q, want %q", what, got, want)
		}
	}
	step("before the driver runs")
	if r.user != (task.Waker{}) {
		t.Error("an operation was begun with a driver that is down")
	}
	r.run()
	r.Advance(60 * ms)
	r.give()
	step("what is given is got", "<nil>")
	breakDown()
	step("the driver fails", down+": broken")
	r.Advance(60 * ms) // down still
	step("begun while it is down", down+": broken")
	r.Advance(60 * ms) // up again
	r.give()
	step("up again", "<nil>")
	r.handle.Waker().Wake()
	fail = true
	r.given++ // together with what it waits for: done is done
	r.Run()
	step("done, and the driver fails", "<nil>")
	if !user.Done() {
		t.Error("the user has not ended")
	}
}

// An operation that began with a driver that has failed and was restarted before its user ran
// ends with an error: what it waits for went with the driver.
func TestUserMissedTheFailure(t *testing.T) {
	m := fake.New(t)
	var s Status
	s.Name = "dev0"
	s.up()
	u := User{Status: &s}
	var result error
	j := fake.Spawn(m, "user", coro.Func(func(c *coro.Ctx) error {
		result = u.Await(c, func(*task.Context) task.Poll { return task.Pending })
		return nil
	}))
	s.failed(errBroken, 1, 5)
	s.up()
	m.Run()
	if !j.Done() || !errors.Is(result, errBroken) || !errors.Is(result, drivers.ErrDown) {
		t.Errorf("done %v, %v", j.Done(), result)
	}
}

// A user that is cancelled leaves nothing, and its User is good for another task.
func TestUserIsCancelled(t *testing.T) {
	r := newRig(t, forever)
	r.run()
	u := User{Status: &r.s.Status}
	wait := func(c *coro.Ctx) error { return u.Await(c, r.receive) }
	first := fake.Spawn(r.Machine, "first", coro.Func(wait))
	first.Cancel()
	r.Run()
	r.handle.Cancel() // ends the driver for good
	r.Run()
	second := fake.Spawn(r.Machine, "second", coro.Func(wait))
	if out, err := fake.Result(r.Machine, second); err != nil || !errors.Is(out, task.ErrCancelled) {
		t.Errorf("%v, %v", out, err)
	}
}

// What ends the supervision, and what users are told from then on.
func TestEnds(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(r *rig)
		want error // of Run
	}{
		"by itself":                   {func(r *rig) { r.given = 1; r.handle.Waker().Wake() }, nil},
		"the driver is cancelled":     {func(r *rig) { r.handle.Cancel() }, task.ErrCancelled},
		"the supervisor is cancelled": {func(r *rig) { r.join.Cancel() }, task.ErrCancelled},
		"the executor is shut down":   {func(r *rig) { r.Exec.Shutdown() }, task.ErrShutdown},
	} {
		t.Run(name, func(t *testing.T) {
			coroutines.Check(t)
			r := newRig(t, nil)
			undone := false
			r.life = func(c *coro.Ctx) error {
				defer func() { undone = true }()
				c.AwaitFunc(r.receive)
				return nil
			}
			r.run()
			c.end(r)
			r.Run()
			r.Advance(1e12)
			out, err := fake.Result(r.Machine, r.join)
			if errors.Join(out, err) != nil && !errors.Is(errors.Join(out, err), c.want) || (c.want == nil) != (out == nil && err == nil) {
				t.Errorf("the supervisor ended with %v, %v", out, err)
			}
			if !undone || !r.handle.Waker().Done() {
				t.Error("the driver has not ended")
			}
			r.wantStarts(0)
			r.wantErr(drivers.ErrDown)
			if n := r.s.Stat(); n.Running || n.NextNS != 0 || n.Failures != 0 {
				t.Errorf("%+v", n)
			}
		})
	}
}

// Cancelled during a back-off, or while the device is being started, it ends as well.
func TestCancelWhileDown(t *testing.T) {
	r := newRig(t, func(*coro.Ctx) error { return errBroken })
	r.run()
	r.join.Cancel()
	r.Advance(1e12)
	r.wantStarts(0)
	if n := r.s.Stat(); n.NextNS != 0 || n.Err != task.ErrCancelled {
		t.Errorf("%+v", n)
	}
	r = newRig(t, forever)
	r.s.Start = func(c *coro.Ctx) (task.JoinHandle[error], error) {
		c.Sleep(1e9)
		return r.start(c)
	}
	r.run()
	r.join.Cancel()
	r.Advance(1e12)
	r.wantStarts()
	r.wantErr(task.ErrCancelled)
}

// A wait of a user takes nothing from the heap.
func TestNoAllocation(t *testing.T) {
	r := newRig(t, forever)
	r.run()
	u := User{Status: &r.s.Status}
	fake.Spawn(r.Machine, "user", coro.Func(func(c *coro.Ctx) error {
		for {
			u.Await(c, r.receive)
		}
	}))
	if n := testing.AllocsPerRun(100, func() { r.give() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

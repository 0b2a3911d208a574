package serial

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// counter is a task that counts its wakes.
type counter struct {
	exec  sched.Executor
	task  task.Task[task.None]
	waker task.Waker
	polls int
	next  func(cx *task.Context) // what the next poll does, nil for nothing
}

func newCounter(t interface{ Fatal(...any) }) *counter {
	c := new(counter)
	j, err := sched.Spawn(&c.exec, &c.task, nil, func(_ *task.None, cx *task.Context) task.Poll {
		c.polls++
		if c.next != nil {
			c.next(cx)
			c.next = nil
		}
		return task.Pending
	})
	if err != nil {
		t.Fatal(err)
	}
	c.waker = j.Waker()
	c.take()
	return c
}

// take returns whether the task was woken since the last time.
func (c *counter) take() bool {
	c.polls = 0
	c.exec.Tick()
	return c.polls != 0
}

// poll has the task poll something, and returns what that said.
func (c *counter) poll(what interface {
	Poll(cx *task.Context) task.Poll
}) (p task.Poll) {
	c.next = func(cx *task.Context) { p = what.Poll(cx) }
	c.waker.Wake()
	c.take()
	return p
}

// The ring against a slice: what is written comes out, once, in order; a writer that is
// told of less than all is woken once half of the ring is free, and not before; a driver
// that has rested is woken by what comes.
func TestOutputAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var out Output
		var model []byte
		writer, driver := newCounter(t), newCounter(t)
		waiting, resting := false, false
		next := byte(0)
		total := uint64(0)
		t.Repeat(map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				p := make([]byte, rapid.IntRange(0, 2*ringSize).Draw(t, "n"))
				for i := range p {
					p[i] = next + byte(i)
				}
				n := out.Write(p)
				if want := min(len(p), ringSize-len(model)); n != want {
					t.Fatalf("Write took %d bytes of %d, want %d", n, len(p), want)
				}
				if n < len(p) {
					if waiting = true; writer.poll(&out) != task.Pending {
						t.Fatal("Ready, and full")
					}
				}
				model = append(model, p[:n]...)
				next += byte(n)
				total += uint64(n)
			},
			"put": func(t *rapid.T) {
				ok := out.Put(next)
				if ok != (len(model) < ringSize) {
					t.Fatalf("Put said %v with %d bytes waiting", ok, len(model))
				}
				if ok {
					model = append(model, next)
					next++
					total++
				}
				out.Kick()
			},
			"drive": func(t *rapid.T) {
				for range rapid.IntRange(0, ringSize).Draw(t, "n") {
					c, ok := out.Pop()
					if ok != (len(model) > 0) {
						t.Fatalf("Pop said %v with %d bytes waiting", ok, len(model))
					}
					if !ok {
						break
					}
					if c != model[0] {
						t.Fatalf("got %#x, want %#x", c, model[0])
					}
					model = model[1:]
				}
				more := out.Flush(driver.waker)
				if more != (len(model) > 0) {
					t.Fatalf("Flush said %v with %d bytes waiting", more, len(model))
				}
				resting = !more
				if woken := writer.take(); woken != (waiting && len(model) <= ringSize/2) {
					t.Fatalf("the writer was woken: %v, with %d bytes left; it waits: %v", woken, len(model), waiting)
				} else if woken {
					waiting = false
				}
			},
			"": func(t *rapid.T) {
				if writer.take() {
					t.Fatal("the writer was woken by nobody")
				}
				if woken := driver.take(); woken != (resting && len(model) > 0) {
					t.Fatalf("the driver was woken: %v; it rests: %v, %d bytes wait", woken, resting, len(model))
				}
				if len(model) > 0 {
					resting = false // as it would on being woken
					out.resting = false
				}
				if out.Empty() != (len(model) == 0) || out.Stat().Bytes != total {
					t.Fatalf("Empty is %v, %+v", out.Empty(), out.Stat())
				}
			},
		})
	})
}

// What is given up is counted, and the ring is empty and usable.
func TestAbandon(t *testing.T) {
	var out Output
	out.Write(make([]byte, 100))
	out.Abandon()
	if s := out.Stat(); s.Abandoned != 100 || !out.Empty() {
		t.Errorf("%+v", s)
	}
	out.Put('x')
	if c, ok := out.Pop(); c != 'x' || !ok {
		t.Errorf("%q %v", c, ok)
	}
}

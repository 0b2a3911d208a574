package coroutines

import (
	"iter"
	"testing"
)

func TestCount(t *testing.T) {
	before, _ := Count()
	next, stop := iter.Pull(func(yield func(int) bool) { yield(1) })
	next()
	if n, stacks := Count(); n != before+1 {
		t.Errorf("%d with one more than %d\n%s", n, before, stacks)
	}
	// Goroutines that are no coroutines do not count, whatever they do.
	on, let := make(chan bool), make(chan bool)
	go func() { on <- true; <-let }()
	<-on
	if n, _ := Count(); n != before+1 {
		t.Errorf("%d with a goroutine beside", n)
	}
	stop()
	if n, _ := Count(); n != before {
		t.Errorf("%d after it has ended, %d before it began", n, before)
	}
	close(let)
}

// recorder is a test that only notes that it failed.
type recorder struct {
	testing.TB
	failed  bool
	cleanup func()
}

func (r *recorder) Helper()               {}
func (r *recorder) Cleanup(f func())      { r.cleanup = f }
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestCheck(t *testing.T) {
	r := &recorder{TB: t}
	Check(r)
	next, stop := iter.Pull(func(yield func(int) bool) { yield(1) })
	next()
	if r.cleanup(); !r.failed {
		t.Error("a coroutine that is left is not seen")
	}
	stop()
	r.failed = false
	if r.cleanup(); r.failed {
		t.Error("none is left, and one is seen")
	}
}

package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

func (a *actor) unlocks(l interface{ Unlock(*Wait) }) {
	a.in(func(*task.Context) { l.Unlock(&a.w) })
}

// refused returns what f panics with.
func refusedWith(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

func TestMutexSingle(t *testing.T) {
	var m Mutex
	a := actors(t, 1)[0]
	for range 3 {
		want(t, "locks", a.tries(m.Lock), Ready)
		want(t, "has it", a.tries(m.Lock), Ready)
		a.unlocks(&m)
	}
	want(t, "free", m.TryLock(), Ready)
	want(t, "taken", m.TryLock(), Busy)
	want(t, "waits", a.tries(m.Lock), Pending)
	m.UnlockTried()
	want(t, "woken", a.woken(), true)
	want(t, "has it", a.tries(m.Lock), Ready)
}

// In the order in which they asked; and who tries, or comes again, passes nobody.
func TestMutexIsFair(t *testing.T) {
	var m Mutex
	as := actors(t, 4)
	for i, a := range as {
		want(t, "locks", a.tries(m.Lock), map[bool]Result{true: Ready, false: Pending}[i == 0])
	}
	for i, a := range as {
		want(t, "has it", a.tries(m.Lock), Ready)
		a.unlocks(&m)
		want(t, "tries", m.TryLock(), map[bool]Result{true: Ready, false: Busy}[i == 3])
		if i < 3 {
			want(t, "again", a.tries(m.Lock), Pending)
			a.cancel()
		}
	}
}

// A task that ends passes on what it holds, or was granted and has not seen.
func TestMutexComesBack(t *testing.T) {
	var m Mutex
	as := actors(t, 4)
	for _, a := range as {
		a.tries(m.Lock)
	}
	as[0].dies(t)
	want(t, "the second is woken", as[1].woken(), true)
	as[1].dies(t)
	want(t, "the third is woken", as[2].woken(), true)
	want(t, "the third", as[2].tries(m.Lock), Ready)
	as[3].dies(t)
	as[2].unlocks(&m)
	want(t, "free", m.TryLock(), Ready)
}

func TestUnlockOfWhatIsNotHeld(t *testing.T) {
	var m Mutex
	var l RwLock
	var w Wait
	const notTaken = "tasksync: release of permits that were not acquired"
	want(t, "mutex", refusedWith(func() { m.Unlock(&w) }), notHeld)
	want(t, "reader-writer lock", refusedWith(func() { l.Unlock(&w) }), notHeld)
	want(t, "mutex", refusedWith(func() { m.UnlockTried() }), notTaken)
	want(t, "reader", refusedWith(func() { l.UnlockTriedRead() }), notTaken)
	want(t, "writer", refusedWith(func() { l.UnlockTriedWrite() }), notTaken)
	a := actors(t, 1)[0]
	var other Mutex
	a.tries(m.Lock)
	a.in(func(*task.Context) {
		want(t, "another mutex", refusedWith(func() { other.Unlock(&a.w) }), notHeld)
	})
}

func TestRwLockReadersShare(t *testing.T) {
	var l RwLock
	as := actors(t, 2)
	want(t, "reads", as[0].tries(l.Read), Ready)
	want(t, "reads too", as[1].tries(l.Read), Ready)
	want(t, "tries to read", l.TryRead(), Ready)
	want(t, "tries to write", l.TryWrite(), Busy)
	l.UnlockTriedRead()
}

func TestRwLockWriterWaitsForReader(t *testing.T) {
	var l RwLock
	as := actors(t, 2)
	as[0].tries(l.Read)
	want(t, "writes", as[1].tries(l.Write), Pending)
	as[0].unlocks(&l)
	want(t, "woken", as[1].woken(), true)
	want(t, "writes", as[1].tries(l.Write), Ready)
}

func TestRwLockReaderWaitsForWriter(t *testing.T) {
	var l RwLock
	as := actors(t, 2)
	as[0].tries(l.Write)
	want(t, "reads", as[1].tries(l.Read), Pending)
	want(t, "tries", l.TryRead(), Busy)
}

func TestRwLockWriterWaitsForWriter(t *testing.T) {
	var l RwLock
	as := actors(t, 2)
	as[0].tries(l.Write)
	want(t, "writes", as[1].tries(l.Write), Pending)
}

// A reader that comes after a writer which waits does not pass it.
func TestRwLockWritersAreNotStarved(t *testing.T) {
	var l RwLock
	as := actors(t, 5)
	as[0].tries(l.Read)
	as[1].tries(l.Read)
	want(t, "writes", as[2].tries(l.Write), Pending)
	want(t, "reads", as[3].tries(l.Read), Pending)
	want(t, "tries to read", l.TryRead(), Busy)
	as[4].tries(l.Read)
	as[0].unlocks(&l)
	want(t, "one reader is left", as[2].woken(), false)
	as[1].unlocks(&l)
	want(t, "the writer is woken", as[2].woken(), true)
	want(t, "the readers are not", as[3].woken(), false)
	as[2].tries(l.Write)
	as[2].unlocks(&l)
	want(t, "both readers are woken", as[3].woken() && as[4].woken(), true)
}

// When a writer that waits gives up, or ends, the readers behind it go on.
func TestRwLockWriterGivesUp(t *testing.T) {
	for name, end := range map[string]func(a *actor){
		"cancel": func(a *actor) { a.cancel() },
		"death":  func(a *actor) { a.dies(t) },
	} {
		var l RwLock
		as := actors(t, 3)
		as[0].tries(l.Read)
		as[1].tries(l.Write)
		want(t, name+": reads", as[2].tries(l.Read), Pending)
		end(as[1])
		want(t, name+": woken", as[2].woken(), true)
		want(t, name+": reads", as[2].tries(l.Read), Ready)
	}
}

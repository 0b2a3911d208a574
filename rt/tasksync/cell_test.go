package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

func TestCellWakes(t *testing.T) {
	var c WaitCell
	a := actors(t, 1)[0]
	want(t, "first poll", a.tries(c.Wait), Pending)
	want(t, "woken before", a.woken(), false)
	want(t, "a waiter was there", c.Wake(), true)
	want(t, "woken", a.woken(), true)
	want(t, "after the wake", a.tries(c.Wait), Ready)
	want(t, "again", a.tries(c.Wait), Pending)
}

// A poll without a wake stays pending, and counts as none.
func TestCellSpuriousPoll(t *testing.T) {
	var c WaitCell
	a := actors(t, 1)[0]
	want(t, "first poll", a.tries(c.Wait), Pending)
	want(t, "second poll", a.tries(c.Wait), Pending)
	c.Wake()
	want(t, "after the wake", a.tries(c.Wait), Ready)
}

// After Subscribe a wake is not missed, though the poll that waits comes later.
func TestCellSubscribe(t *testing.T) {
	var c WaitCell
	a := actors(t, 1)[0]
	want(t, "subscribed", a.tries(c.Subscribe), Pending)
	want(t, "a waiter was there", c.Wake(), true)
	want(t, "subscribed again", a.tries(c.Subscribe), Ready)
	want(t, "waits", a.tries(c.Wait), Ready)
}

func TestCellWakeBeforeSubscribe(t *testing.T) {
	var c WaitCell
	a := actors(t, 1)[0]
	want(t, "nobody was there", c.Wake(), false)
	want(t, "subscribed", a.tries(c.Subscribe), Ready)
	want(t, "waits", a.tries(c.Wait), Ready)
	want(t, "subscribed again", a.tries(c.Subscribe), Pending)
	want(t, "not woken yet", a.tries(c.Wait), Pending)
	c.Wake()
	want(t, "woken", a.woken(), true)
	want(t, "then", a.tries(c.Wait), Ready)
}

// A wake is remembered once, and those that come before it is seen are the same one:
// whether a waiter was there, had subscribed, or was not.
func TestCellRemembersOnce(t *testing.T) {
	for name, before := range map[string]func(c *WaitCell, a *actor){
		"nobody":     func(*WaitCell, *actor) {},
		"waiting":    func(c *WaitCell, a *actor) { a.tries(c.Wait) },
		"subscribed": func(c *WaitCell, a *actor) { a.tries(c.Subscribe) },
		"subscribed after a wake": func(c *WaitCell, a *actor) {
			c.Wake()
			a.tries(c.Subscribe)
		},
	} {
		var c WaitCell
		a := actors(t, 1)[0]
		before(&c, a)
		c.Wake()
		c.Wake()
		want(t, name, a.tries(c.Wait), Ready)
		want(t, name+": again", a.tries(c.Wait), Pending)
		a.woken()
		c.Wake()
		want(t, name+": woken", a.woken(), true)
		want(t, name+": then", a.tries(c.Wait), Ready)
	}
}

// To subscribe anew does not wake the task itself.
func TestCellSubscribeDoesNotSelfWake(t *testing.T) {
	var c WaitCell
	a := actors(t, 1)[0]
	for range 2 {
		want(t, "subscribed", a.tries(c.Subscribe), Pending)
		want(t, "waits", a.tries(c.Wait), Pending)
		want(t, "woken by itself", a.woken(), false)
		c.Wake()
		want(t, "woken", a.woken(), true)
		want(t, "then", a.tries(c.Wait), Ready)
		want(t, "woken by itself", a.woken(), false)
	}
}

// A wake is not a close, and a close is for ever; a wake before it is still seen.
func TestCellClose(t *testing.T) {
	var c WaitCell
	a := actors(t, 1)[0]
	a.tries(c.Wait)
	c.Wake()
	want(t, "closed", c.IsClosed(), false)
	want(t, "woken", a.tries(c.Wait), Ready)
	a.tries(c.Wait)
	c.Close()
	c.Close()
	want(t, "woken", a.woken(), true)
	want(t, "closed", c.IsClosed(), true)
	want(t, "waits", a.tries(c.Wait), Closed)
	want(t, "again", a.tries(c.Wait), Closed)
	want(t, "subscribes", a.tries(c.Subscribe), Closed)

	var d WaitCell
	a.tries(d.Wait)
	d.Wake()
	d.Close()
	want(t, "woken, then closed", a.tries(d.Wait), Ready)
	want(t, "again", a.tries(d.Wait), Closed)
}

// A second waiter is told so, and takes nothing of the first one's.
func TestCellHasOneWaiter(t *testing.T) {
	var c WaitCell
	as := actors(t, 2)
	as[0].tries(c.Wait)
	want(t, "the second", as[1].tries(c.Wait), Busy)
	c.Wake()
	want(t, "the first", as[0].tries(c.Wait), Ready)
	want(t, "now", as[1].tries(c.Wait), Pending)
}

// Who gives up, or ends, leaves a wake that it has not seen to the next.
func TestCellCancel(t *testing.T) {
	for name, end := range map[string]func(a *actor){
		"cancel": func(a *actor) { a.cancel() },
		"death":  func(a *actor) { a.dies(t) },
	} {
		var c WaitCell
		as := actors(t, 2)
		as[0].tries(c.Wait)
		end(as[0])
		want(t, name+": nobody is there", c.Wake(), false)
		want(t, name+": remembered", as[1].tries(c.Wait), Ready)

		var d WaitCell
		as = actors(t, 2)
		as[0].tries(d.Wait)
		d.Wake()
		end(as[0])
		want(t, name+" of a woken one", as[1].tries(d.Wait), Ready)
		want(t, name+" of a woken one, again", as[1].tries(d.Wait), Pending)
	}
}

// A wait is for one object and one task at a time.
func TestWaitInUse(t *testing.T) {
	var q, other WaitQueue
	as := actors(t, 2)
	as[0].tries(q.Wait)
	panics := func(a *actor, f func(cx *task.Context)) (v any) {
		a.in(func(cx *task.Context) {
			defer func() { v = recover() }()
			f(cx)
		})
		return v
	}
	const text = "tasksync: this Wait is in use, for another object or by another task"
	want(t, "another object", panics(as[0], func(cx *task.Context) { other.Wait(cx, &as[0].w) }), text)
	want(t, "another task", panics(as[1], func(cx *task.Context) { q.Wait(cx, &as[0].w) }), text)
	want(t, "it still waits", q.Wake(), true)
}

package tasksync

import "testing"

const several = 10

func TestQueueWakesAll(t *testing.T) {
	var q WaitQueue
	as := actors(t, several)
	for _, a := range as {
		want(t, "waits", a.tries(q.Wait), Pending)
	}
	want(t, "woken", q.WakeAll(), several)
	for _, a := range as {
		want(t, "woken", a.woken(), true)
		want(t, "then", a.tries(q.Wait), Ready)
	}
	want(t, "nothing is remembered", as[0].tries(q.Wait), Pending)
}

func TestQueueClose(t *testing.T) {
	var q WaitQueue
	as := actors(t, several)
	for _, a := range as {
		a.tries(q.Wait)
	}
	q.Close()
	for _, a := range as {
		want(t, "woken", a.woken(), true)
		want(t, "then", a.tries(q.Wait), Closed)
		want(t, "again", a.tries(q.Wait), Closed)
	}
	want(t, "closed", q.IsClosed(), true)
}

// One at a time, in the order in which they came.
func TestQueueWakesOneInOrder(t *testing.T) {
	var q WaitQueue
	as := actors(t, several)
	for _, a := range as {
		a.tries(q.Wait)
	}
	for i, a := range as {
		want(t, "somebody was there", q.Wake(), true)
		for j, b := range as {
			want(t, "woken", b.woken(), i == j)
		}
		want(t, "then", a.tries(q.Wait), Ready)
	}
	want(t, "nobody is there", q.Wake(), false)
	q.Wake()
	want(t, "remembered", as[0].tries(q.Wait), Ready)
	want(t, "once", as[0].tries(q.Wait), Pending)
}

func TestQueueWakeAfterSubscribe(t *testing.T) {
	var q WaitQueue
	a := actors(t, 1)[0]
	want(t, "subscribed", a.tries(q.Subscribe), Pending)
	q.Wake()
	want(t, "subscribed again", a.tries(q.Subscribe), Ready)
	want(t, "waits", a.tries(q.Wait), Ready)
}

func TestQueuePollAfterSubscribe(t *testing.T) {
	var q WaitQueue
	a := actors(t, 1)[0]
	want(t, "subscribed", a.tries(q.Subscribe), Pending)
	want(t, "waits", a.tries(q.Wait), Pending)
	want(t, "subscribed after the poll", a.tries(q.Subscribe), Pending)
}

func TestQueueSubscribeTakesTheWake(t *testing.T) {
	var q WaitQueue
	as := actors(t, 2)
	q.Wake()
	want(t, "the first", as[0].tries(q.Subscribe), Ready)
	want(t, "the second", as[1].tries(q.Subscribe), Pending)
	want(t, "the first waits", as[0].tries(q.Wait), Ready)
}

// Who was woken and gives up, or ends, passes the wake on: to the next, or to be
// remembered. One of WakeAll's is nobody else's.
func TestQueuePassesAWakeOn(t *testing.T) {
	for name, end := range map[string]func(a *actor){
		"cancel": func(a *actor) { a.cancel() },
		"death":  func(a *actor) { a.dies(t) },
	} {
		var q WaitQueue
		as := actors(t, 3)
		as[0].tries(q.Wait)
		as[1].tries(q.Wait)
		q.Wake()
		end(as[0])
		want(t, name+": the next is woken", as[1].woken(), true)
		want(t, name+": the next", as[1].tries(q.Wait), Ready)
		as[1].tries(q.Wait)
		q.Wake()
		end(as[1])
		want(t, name+": remembered", as[2].tries(q.Wait), Ready)

		as[2].tries(q.Wait)
		end(as[2])
		want(t, name+": who waits is gone", q.Wake(), false)

		var all WaitQueue
		as = actors(t, 2)
		as[0].tries(all.Wait)
		all.WakeAll()
		end(as[0])
		want(t, name+" after WakeAll", as[1].tries(all.Wait), Pending)
	}
}

// One that leaves the middle of the queue leaves the others in order.
func TestQueueCancelInTheMiddle(t *testing.T) {
	var q WaitQueue
	as := actors(t, 3)
	for _, a := range as {
		a.tries(q.Wait)
	}
	as[1].cancel()
	q.Wake()
	want(t, "the first", as[0].woken(), true)
	q.Wake()
	want(t, "the third", as[2].woken(), true)
}

package tasksync

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/task"
)

func send(c *Channel[int], v int) func(*task.Context, *Wait) Result {
	return func(cx *task.Context, w *Wait) Result { return c.Send(cx, w, v) }
}

func receive(c *Channel[int], out *int) func(*task.Context, *Wait) Result {
	return func(cx *task.Context, w *Wait) Result { return c.Receive(cx, w, out) }
}

func channel(places int) *Channel[int] {
	c := new(Channel[int])
	c.Init(make([]int, places))
	return c
}

// In order, around the end of the ring, with who finds it full or empty waiting.
func TestChannelOrder(t *testing.T) {
	c := channel(3)
	as := actors(t, 2)
	sent, received := 0, 0
	for received < 20 {
		for as[0].tries(send(c, sent)) == Ready {
			sent++
		}
		want(t, "values in it", c.Len(), 3)
		for range 3 {
			var v int
			want(t, "receives", as[1].tries(receive(c, &v)), Ready)
			want(t, "value", v, received)
			received++
		}
		want(t, "room", as[0].woken(), true)
		want(t, "sends", as[0].tries(send(c, sent)), Ready)
		sent++
		var v int
		as[1].tries(receive(c, &v))
		want(t, "value", v, received)
		received++
		want(t, "nothing", as[1].tries(receive(c, &v)), Pending)
		want(t, "tries", c.TrySend(sent), Ready)
		sent++
		want(t, "woken", as[1].woken(), true)
		want(t, "receives", as[1].tries(receive(c, &v)), Ready)
		want(t, "value", v, received)
		received++
	}
}

// A value that was granted to one who gives up, or ends, is the next one's, and a place is.
func TestChannelCancel(t *testing.T) {
	for name, end := range map[string]func(a *actor){
		"cancel": func(a *actor) { a.cancel() },
		"death":  func(a *actor) { a.dies(t) },
	} {
		c := channel(1)
		as := actors(t, 3)
		var v int
		as[0].tries(receive(c, &v))
		as[1].tries(receive(c, &v))
		c.TrySend(7)
		want(t, name+": tries", c.TryReceive(&v), Busy) // it is granted
		end(as[0])
		want(t, name+": the next is woken", as[1].woken(), true)
		want(t, name+": the next", as[1].tries(receive(c, &v)), Ready)
		want(t, name+": value", v, 7)

		c = channel(1)
		as = actors(t, 3)
		c.TrySend(1)
		as[0].tries(send(c, 2))
		as[1].tries(send(c, 3))
		c.TryReceive(&v)
		want(t, name+": tries", c.TrySend(4), Busy)
		end(as[0])
		want(t, name+": the next is woken", as[1].woken(), true)
		want(t, name+": the next", as[1].tries(send(c, 3)), Ready)
		want(t, name+": takes", c.TryReceive(&v), Ready)
		want(t, name+": value", v, 3)
		want(t, name+": nothing left", c.TryReceive(&v), Busy)
	}
}

// Who sends is refused; what is in it is received first, also by who waits for what was
// granted to another, in case it comes back.
func TestChannelClose(t *testing.T) {
	c := channel(2)
	as := actors(t, 3)
	var v int
	as[0].tries(receive(c, &v))
	c.TrySend(1) // granted
	c.TrySend(2)
	c.TrySend(3)
	as[1].tries(send(c, 4))
	c.Close()
	want(t, "the sender is woken", as[1].woken(), true)
	want(t, "the sender", as[1].tries(send(c, 4)), Closed)
	want(t, "tries", c.TrySend(4), Closed)
	want(t, "receives", as[1].tries(receive(c, &v)), Ready)
	want(t, "one is left, for the first", as[1].tries(receive(c, &v)), Pending)
	as[0].dies(t)
	want(t, "it came back", as[1].woken(), true)
	want(t, "receives", as[1].tries(receive(c, &v)), Ready)
	want(t, "receives", as[1].tries(receive(c, &v)), Closed)
	want(t, "tries", c.TryReceive(&v), Closed)

	c = channel(2)
	as = actors(t, 2)
	as[0].tries(receive(c, &v))
	c.TrySend(5)
	as[1].tries(receive(c, &v))
	c.Close()
	want(t, "the second waits", as[1].woken(), false)
	want(t, "the first", as[0].tries(receive(c, &v)), Ready)
	want(t, "the second is woken", as[1].woken(), true)
	want(t, "the second", as[1].tries(receive(c, &v)), Closed)

	c = channel(1)
	c.TrySend(1)
	as[0].tries(send(c, 2))
	c.TryReceive(&v) // a place is granted
	c.Close()
	want(t, "granted a place, then closed", as[0].tries(send(c, 2)), Closed)
	want(t, "nothing came", c.TryReceive(&v), Closed)
}

func TestRingMisuse(t *testing.T) {
	const text = "tasksync: use before Init"
	want(t, "channel", refusedWith(func() { new(Channel[int]).TrySend(1) }), text)
	want(t, "pipe", refusedWith(func() { new(Pipe).TryWrite([]byte{1}) }), text)
	want(t, "barrier", refusedWith(func() { new(Barrier).Wait(nil, new(Wait)) }), text)
	want(t, "no place", refusedWith(func() { new(Channel[int]).Init(nil) }), "tasksync: a channel or pipe needs room for at least one value")
	want(t, "twice", refusedWith(func() { channel(1).Init(make([]int, 1)) }), "tasksync: Init a second time")
}

// A pipe's bytes, when it is full, empty and closed.
func TestPipe(t *testing.T) {
	p := new(Pipe)
	p.Init(make([]byte, 100))
	as := actors(t, 2)
	var n int
	b := make([]byte, 300)
	for i := range b {
		b[i] = byte(i)
	}
	in := make([]byte, 200)
	write := func(b []byte) func(*task.Context, *Wait) Result {
		return func(cx *task.Context, w *Wait) (r Result) { n, r = p.Write(cx, w, b); return r }
	}
	read := func(b []byte) func(*task.Context, *Wait) Result {
		return func(cx *task.Context, w *Wait) (r Result) { n, r = p.Read(cx, w, b); return r }
	}
	want(t, "nothing there", as[1].tries(read(in)), Pending)
	want(t, "of nothing", as[0].tries(write(nil)), Ready)
	want(t, "writes", as[0].tries(write(b)), Ready)
	want(t, "as many as there is room for", n, 100)
	want(t, "waits for room", as[0].tries(write(b[100:])), Pending)
	want(t, "woken", as[1].woken(), true)
	want(t, "reads", as[1].tries(read(in)), Ready)
	want(t, "all of it", n, 100)
	want(t, "bytes", string(in[:n]), string(b[:100]))
	want(t, "woken", as[0].woken(), true)
	want(t, "writes", as[0].tries(write(b[100:150])), Ready)
	p.Close()
	want(t, "closed", as[0].tries(write(b[150:])), Closed)
	want(t, "reads the rest", as[1].tries(read(in[:20])), Ready)
	want(t, "reads the rest", as[1].tries(read(in[20:])), Ready)
	want(t, "bytes", string(in[:50]), string(b[100:150]))
	want(t, "closed", as[1].tries(read(in)), Closed)
	want(t, "into nothing", as[1].tries(read(nil)), Ready)
}

// A byte that was granted to one who gives up, or ends, is the next one's, and room is.
func TestPipeCancel(t *testing.T) {
	for name, end := range map[string]func(a *actor){
		"cancel": func(a *actor) { a.cancel() },
		"none":   func(a *actor) { a.in(func(cx *task.Context) { new(Pipe).Read(cx, &a.w, nil) }) },
		"death":  func(a *actor) { a.dies(t) },
	} {
		p := new(Pipe)
		p.Init(make([]byte, 1))
		as := actors(t, 3)
		b := make([]byte, 1)
		read := func(cx *task.Context, w *Wait) Result { _, r := p.Read(cx, w, b); return r }
		write := func(cx *task.Context, w *Wait) Result { _, r := p.Write(cx, w, []byte{9}); return r }
		as[0].tries(read)
		as[1].tries(read)
		p.TryWrite([]byte{7})
		end(as[0])
		want(t, name+": the next is woken", as[1].woken(), true)
		want(t, name+": the next", as[1].tries(read), Ready)
		want(t, name+": byte", b[0], byte(7))

		as = actors(t, 3)
		p.TryWrite([]byte{8})
		as[0].tries(write)
		as[1].tries(write)
		p.TryRead(b)
		end(as[0])
		want(t, name+": the next is woken", as[1].woken(), true)
		want(t, name+": the next", as[1].tries(write), Ready)
	}
}

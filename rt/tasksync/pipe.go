package tasksync

import "github.com/tamagotake/tamagotake/rt/task"

// Pipe passes bytes on, in order, through a ring in memory of the caller's. Any number of
// tasks, and of others that try, write and read; what one call writes or reads stays
// together up to [PipeStep] bytes. Use [Pipe.Init] first.
type Pipe struct {
	ring
	bytes []byte
}

// PipeStep is how many bytes are copied at most with interrupts masked; longer ones are in
// several steps.
const PipeStep = 32

// Init gives the pipe its memory, at least one byte, of a package variable or from make.
// Thread level, once, before it is used.
func (p *Pipe) Init(memory []byte) {
	p.bytes = memory
	p.init(len(memory))
}

// Write puts in what there is room for, and says how many bytes: Ready with at least one,
// or none of an empty b; Closed after [Pipe.Close]. Without room it waits. A wait that is
// given up has put nothing in, and leaves the room to the next. From a poll; both levels.
func (p *Pipe) Write(cx *task.Context, w *Wait, b []byte) (n int, r Result) {
	if len(b) == 0 {
		w.Cancel()
		return 0, Ready
	}
	if w.state.Load() == idle {
		if n, r = p.TryWrite(b); r != Busy {
			return n, r
		}
		a := p.toPut()
		r = p.putters.begin(p.lock(), p.lock().Enter(), cx, w, a, granted)
		if r == Closed {
			return 0, r
		}
	}
	if r = w.poll(&p.putters, cx); r == Pending {
		return 0, r
	}
	saved := p.lock().Enter()
	k := int32(0)
	if r = Closed; !p.putters.closed {
		r = Ready
		k = p.in(b, 1)
	}
	p.leave(saved, w)
	if r == Ready {
		n, _ = p.TryWrite(b[k:])
	}
	return int(k) + n, r
}

// TryWrite puts in what fits, if no task waits for room, and says how many bytes:
// Ready with at least one, or none of an empty b; Busy or Closed. Any level.
//
//go:nosplit
func (p *Pipe) TryWrite(b []byte) (n int, r Result) {
	p.toPut() // it checks
	for n < len(b) {
		saved := p.lock().Enter()
		if p.putters.closed {
			p.lock().Leave(saved)
			r = Closed
			break
		}
		k := p.in(b[n:], 0)
		p.serve(saved)
		if k == 0 {
			r = Busy
			break
		}
		n += int(k)
	}
	if n > 0 || len(b) == 0 {
		r = Ready
	}
	return n, r
}

// in is one step: it puts in what there is room for, PipeStep bytes at most. mine is 1 if room
// for a byte was granted. In the section, of which it is the first that can fault.
//
//go:nosplit
func (p *Pipe) in(b []byte, mine int32) (k int32) {
	k = p.places(mine, int32(min(len(b), PipeStep)))
	n := copy(p.bytes[p.head:], b[:k])
	if n < int(k) {
		copy(p.bytes, b[n:k])
	}
	p.putters.free -= k - mine
	p.put(k)
	return k
}

// Read takes what is there into b, and says how many bytes: Ready with at least one, or
// none into an empty b; Closed when the pipe was closed and nothing is in it any more. A
// wait that is given up has taken nothing; bytes that it was granted stay, for the next.
// From a poll; both levels.
func (p *Pipe) Read(cx *task.Context, w *Wait, b []byte) (n int, r Result) {
	if len(b) == 0 {
		w.Cancel()
		return 0, Ready
	}
	if w.state.Load() == idle {
		if n, r = p.TryRead(b); r != Busy {
			return n, r
		}
		r = p.takers.begin(p.lock(), p.lock().Enter(), cx, w, toTake, granted)
		if r == Closed {
			return 0, r
		}
	}
	if r = w.poll(&p.takers, cx); r == Pending {
		return 0, r
	}
	saved := p.lock().Enter()
	k := int32(0)
	if r == Ready {
		k = p.out(b, 1)
	}
	p.leave(saved, w)
	if r == Ready {
		n, _ = p.TryRead(b[k:])
	}
	return int(k) + n, r
}

// TryRead takes what is there, if no task waits for it, and says how many bytes: Ready with at
// least one, or none into an empty b; Busy or Closed. Any level.
//
//go:nosplit
func (p *Pipe) TryRead(b []byte) (n int, r Result) {
	for n < len(b) {
		saved := p.lock().Enter()
		k := p.out(b[n:], 0)
		closed := p.takers.closed
		p.serve(saved)
		if k == 0 {
			if r = Busy; closed {
				r = Closed
			}
			break
		}
		n += int(k)
	}
	if n > 0 || len(b) == 0 {
		r = Ready
	}
	return n, r
}

// out is one step: it takes what is there, PipeStep bytes at most. mine is 1 if a byte was
// granted. In the section, of which it is the first that can fault.
//
//go:nosplit
func (p *Pipe) out(b []byte, mine int32) (k int32) {
	k = p.items(mine, int32(min(len(b), PipeStep)))
	n := copy(b[:k], p.bytes[p.tail:])
	if n < int(k) {
		copy(b[n:k], p.bytes)
	}
	p.takers.free -= k - mine
	p.took(k)
	return k
}

// Close refuses those who write, now and later, with Closed. What is in it can be read. Any
// level; one section for each wait.
//
//go:nosplit
func (p *Pipe) Close() { p.close() }

// Len returns how many bytes are in it. Any level.
//
//go:nosplit
func (p *Pipe) Len() int { return p.len() }

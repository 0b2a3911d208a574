package sync

import (
	"tamagotake/hal"
	"tamagotake/rt/task"
)

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
		if r = p.putters.begin(p.lock(), p.lock().Enter(), cx, w, p.toPut(), granted); r != Ready {
			return 0, r
		}
	}
	whole := hal.MaskInterrupts() // see Wait.end
	if r = w.end(&p.putters, cx, idle); r == Ready {
		n, r = p.in(b, 1)
	}
	hal.RestoreInterrupts(whole)
	if r == Ready {
		rest, _ := p.TryWrite(b[n:])
		n += rest
	}
	return n, r
}

// TryWrite puts in what there is room for, for which nobody waits, and says how many bytes:
// Ready with at least one, or none of an empty b; Busy or Closed. Any level.
//
//go:nosplit
func (p *Pipe) TryWrite(b []byte) (n int, r Result) {
	for n < len(b) {
		k, r := p.in(b[n:], 0)
		if r != Ready && n == 0 {
			return 0, r
		}
		if r != Ready {
			break
		}
		n += k
	}
	return n, Ready
}

// in is one step: mine is 1 if room for a byte was granted.
//
//go:nosplit
func (p *Pipe) in(b []byte, mine int32) (n int, r Result) {
	p.toPut() // it checks
	saved := p.lock().Enter()
	if p.putters.closed {
		p.lock().Leave(saved)
		return 0, Closed
	}
	k := p.places(mine, int32(min(len(b), PipeStep)))
	if k == 0 {
		p.lock().Leave(saved)
		return 0, Busy
	}
	n = copy(p.bytes[p.head:], b[:k])
	copy(p.bytes, b[n:k])
	p.put(saved, k)
	return int(k), Ready
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
		if r = p.takers.begin(p.lock(), p.lock().Enter(), cx, w, toTake, granted); r != Ready {
			return 0, r
		}
	}
	whole := hal.MaskInterrupts() // see Wait.end
	if r = w.end(&p.takers, cx, idle); r == Ready {
		n, _ = p.out(b, 1)
	}
	hal.RestoreInterrupts(whole)
	if r != Ready {
		return 0, r
	}
	rest, _ := p.TryRead(b[n:])
	return n + rest, Ready
}

// TryRead takes what is there and nobody waits for, and says how many bytes: Ready with at
// least one, or none into an empty b; Busy or Closed. Any level.
//
//go:nosplit
func (p *Pipe) TryRead(b []byte) (n int, r Result) {
	for n < len(b) {
		k, r := p.out(b[n:], 0)
		if r != Ready && n == 0 {
			return 0, r
		}
		if r != Ready {
			break
		}
		n += k
	}
	return n, Ready
}

// out is one step: mine is 1 if a byte was granted.
//
//go:nosplit
func (p *Pipe) out(b []byte, mine int32) (n int, r Result) {
	saved := p.lock().Enter()
	k := p.items(mine, int32(min(len(b), PipeStep)))
	if k == 0 {
		r = Busy
		if p.takers.closed {
			r = Closed
		}
		p.lock().Leave(saved)
		return 0, r
	}
	n = copy(b[:k], p.bytes[p.tail:])
	copy(b[n:k], p.bytes)
	p.took(saved, k)
	return int(k), Ready
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

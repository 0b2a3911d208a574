package shell

import (
	"fmt"
	"hash"
	"hash/crc32"
	"strconv"

	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// Bytes out, and bytes in.

func (m *Shell) echo(_ *coro.Ctx, args string) error {
	m.Printf("%s\n", args)
	return nil
}

// print is the other way of recv. The text comes piece by piece, each when the one before
// is on its way. The CRC-32 is of the text with its lines ended by LF alone.
func (m *Shell) print(_ *coro.Ctx, args string) error {
	size, err := strconv.ParseUint(args, 10, 32)
	if err != nil || size == 0 {
		return fmt.Errorf("print wants a number of bytes from 1 to %d, not %q", uint32(1<<32-1), args)
	}
	const width = 64
	crc := crc32.NewIEEE()
	var piece [1024]byte
	for at := uint64(0); at < size; {
		p := piece[:min(size-at, uint64(len(piece)))]
		for i := range p {
			if p[i] = byte(' ' + (at+at/width)%('~'-' ')); at%width == width-1 {
				p[i] = '\n'
			}
			at++
		}
		m.Write(p)
		crc.Write(p)
	}
	m.Printf("\nprinted %d bytes, crc32 %08x\n", size, crc.Sum32())
	return nil
}

// receive takes raw bytes, past the editor. Every byte is data, so that it looks for the Ctrl-C
// that ends it in another way than other commands do: see [console.Guard].
func (m *Shell) receive(c *coro.Ctx, args string) error {
	size, err := strconv.ParseUint(args, 10, 32)
	if err != nil || size == 0 {
		return fmt.Errorf("recv wants a number of bytes from 1 to %d, not %q", uint32(1<<32-1), args)
	}
	m.raw = true
	defer func() { m.raw = false }()
	r := receiver{in: m, left: size, crc: crc32.NewIEEE()}
	r.guard.Begin(platform.Now())
	m.Printf("ready for %d bytes\n", size)
	c.Await(&r)
	if r.left > 0 {
		m.Printf("^C\nrecv: %d bytes of %d have come\n", size-r.left, size)
		return nil
	}
	_, stalls := m.in.Received()
	m.Printf("received %d bytes, crc32 %08x, %d stalls\n", size, r.crc.Sum32(), stalls)
	return nil
}

// receiver takes so many bytes, or those before a Ctrl-C.
type receiver struct {
	in    *Shell
	left  uint64
	crc   hash.Hash32
	guard console.Guard
	pause timer.Sleep // until the guard is sure
}

// Poll takes what has come, a buffer in a turn.
func (r *receiver) Poll(cx *task.Context) task.Poll {
	m := r.in
	m.in.Poll(cx)
	if len(m.rest) == 0 {
		m.rest = m.buf[:m.in.Read(m.buf[:])]
	}
	p := m.rest[:min(r.left, uint64(len(m.rest)))]
	m.rest = m.rest[len(p):]
	r.crc.Write(p)
	r.left -= uint64(len(p))
	r.guard.Took(p, platform.Now())
	due, isMeant := r.guard.Wants()
	switch {
	case r.left == 0:
		r.pause.Stop()
		return task.Ready
	case len(p) > 0:
		cx.Waker().Wake()
		return task.Pending
	case !isMeant:
		r.pause.Stop()
		return task.Pending
	}
	r.pause.Until(due)
	return r.pause.Poll(cx)
}

//go:build tamago

package shell

import (
	"hash"
	"hash/crc32"
	"strconv"

	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// recv is the command that takes raw bytes, past the editor.
type recv struct {
	size, left uint64 // 0 if it is not at work
	crc        hash.Hash32
	guard      console.Guard
	pause      timer.Sleep // until the guard is sure
}

// receive leaves the line editor for a while.
func (m *Shell) receive(args string) {
	n, err := strconv.ParseUint(args, 10, 32)
	if err != nil || n == 0 {
		m.printf("recv wants a number of bytes from 1 to %d, not %q\n", uint32(1<<32-1), args)
		return
	}
	r := &m.recv
	r.size, r.left, r.crc = n, n, crc32.NewIEEE()
	r.guard.Begin(platform.Now())
	m.printf("ready for %d bytes\n", n)
	m.later(m.received, nil)
}

// received takes the next bytes for recv. Every byte is data, so that it looks for the Ctrl-C
// that ends it in another way than other commands do: see [console.Guard].
func (m *Shell) received(cx *task.Context) (done bool) {
	r := &m.recv
	if len(m.rest) == 0 {
		m.rest = m.buf[:m.in.Read(cx.Waker(), m.buf[:])]
	}
	p := m.rest[:min(r.left, uint64(len(m.rest)))]
	m.rest = m.rest[len(p):]
	r.crc.Write(p)
	r.left -= uint64(len(p))
	r.guard.Took(p, platform.Now())
	due, isMeant := r.guard.Wants()
	switch {
	case r.left == 0:
		_, stalls := m.in.Received()
		m.printf("received %d bytes, crc32 %08x, %d stalls\n", r.size, r.crc.Sum32(), stalls)
	case len(p) > 0:
		return again(cx)
	case !isMeant:
		r.pause.Stop()
		return false
	default:
		if r.pause.Until(due); r.pause.Poll(cx) == task.Pending {
			return false
		}
		m.printf("^C\nrecv: %d bytes of %d have come\n", r.size-r.left, r.size)
	}
	r.pause.Stop()
	r.size, r.left = 0, 0
	return true
}

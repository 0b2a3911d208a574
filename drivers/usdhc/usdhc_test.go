//go:build !tamago

package usdhc

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/sd"
	"github.com/tamagotake/tamagotake/hal/cache"
	"github.com/tamagotake/tamagotake/rt/task"
)

func TestIdentify(t *testing.T) {
	for name, x := range map[string]struct {
		change func(*memoryCard)
		want   string
	}{
		"fast":     {func(*memoryCard) {}, "4 MiB, 4 bits at 50 MHz"},
		"slow":     {func(c *memoryCard) { c.fast = false }, "4 MiB, 4 bits at 25 MHz"},
		"one line": {func(c *memoryCard) { c.scr[1] = 1; c.fast = false }, "4 MiB, 1 bits at 25 MHz"},
		"old":      {func(c *memoryCard) { c.scr[0] = 0 }, "4 MiB, 4 bits at 25 MHz"},
		"late":     {func(c *memoryCard) { c.slow = 50 }, "4 MiB, 4 bits at 50 MHz"},
		"locked":   {func(c *memoryCard) { c.csd[14] = 0x20 }, "4 MiB, 4 bits at 50 MHz, read-only"},
		"version 1": {func(c *memoryCard) {
			c.version1, c.bySize = true, true
			c.csd = [16]byte{3: 0x32, 4: 0x5b, 5: 0x59, 6: 0, 7: 255, 8: 3 << 6, 9: 0, 10: 1 << 7} // 1024 << (1+2)
		}, "4 MiB, 4 bits at 50 MHz"},
	} {
		c := newCard(8192)
		x.change(c)
		b := newBench(t, c)
		if want := []string{"sd1: card! rev. 1.0, serial 12345678, " + x.want}; !slices.Equal(b.said, want) {
			t.Errorf("%s: %q, want %q", name, b.said, want)
		}
		if i := b.host.Info(); i.Sectors != 8192 || i.ReadOnly != (name == "locked") {
			t.Errorf("%s: %+v", name, i)
		}
		if b.Line(intr).Masked() {
			t.Errorf("%s: at rest with its line masked", name)
		}
	}
}

func TestReadWrite(t *testing.T) {
	for _, bySize := range []bool{false, true} {
		c := newCard(8192)
		if bySize {
			c.bySize, c.csd = true, [16]byte{3: 0x32, 4: 0x5b, 5: 0x59, 7: 255, 8: 3 << 6, 10: 1 << 7}
		}
		b := newBench(t, c)
		model := bytes.Clone(c.image)
		rng := rand.New(rand.NewPCG(1, 2))
		for range 50 {
			var rs []*block.Request
			var wants [][]byte
			for range Depth {
				n := 1 + rng.IntN(SectorsMost)
				r := b.request(block.Op(rng.IntN(2)), uint64(rng.IntN(8192-n+1)), n)
				at := model[r.Sector*sectorSize:][:len(r.Buf)]
				if r.Op == block.Write {
					for i := range r.Buf {
						r.Buf[i] = byte(rng.Uint32())
					}
					copy(at, r.Buf)
				}
				rs, wants = append(rs, r), append(wants, bytes.Clone(at))
			}
			for i, err := range b.do(rs...) {
				if err != nil || !bytes.Equal(rs[i].Buf, wants[i]) {
					t.Fatalf("%v of sector %d: %v, or other contents", rs[i].Op, rs[i].Sector, err)
				}
			}
			b.device.memory = b.device.memory[:2]
		}
		if !bytes.Equal(c.image, model) {
			t.Error("the card has other contents")
		}
	}
}

// The device gets the buffer before the command, and it is taken back after a read.
func TestCache(t *testing.T) {
	b := newBench(t, newCard(8192))
	type call struct {
		to         bool
		start, end uintptr
	}
	var calls []call
	fake := cache.Fake
	cache.Fake = func(to bool, start, end uintptr) {
		calls = append(calls, call{to, start, end})
		fake(to, start, end)
	}
	read, write := b.request(block.Read, 0, 2), b.request(block.Write, 0, 1)
	b.do(read, write)
	table, r, w := pointer(b.host.table), pointer(read.Buf), pointer(write.Buf)
	want := []call{{true, table, table + 64}, {true, r, r + 1024}, {false, r, r + 1024},
		{true, table, table + 64}, {true, w, w + 512}}
	if !slices.Equal(calls, want) {
		t.Errorf("%v, want %v", calls, want)
	}
}

// fails makes the first n commands of one index fail.
func fails(index uint32, n int, f fault) func(uint32) fault {
	return func(i uint32) fault {
		if i == index && n > 0 {
			n--
			return f
		}
		return fault{}
	}
}

var faults = map[string]fault{
	"no answer":        {status: intNoAnswer},
	"command checksum": {status: 1 << 17},
	"data checksum":    {status: 1 << 21},
	"data time-out":    {status: 1 << 20},
	"automatic stop":   {status: 1 << 24},
	"bad descriptor":   {status: intADMA, adma: 1},
	"short":            {short: true},
	"answer":           {answer: 1 << 21},
	"stop's answer":    {stop: 1 << 19},
	"silence":          {hang: true},
}

// One failure is got over, and the contents are right.
func TestRetry(t *testing.T) {
	for name, f := range faults {
		b := newBench(t, newCard(8192))
		for op, index := range map[block.Op]uint32{block.Read: sd.ReadMultiple, block.Write: sd.WriteMultiple} {
			b.device.faults = fails(index, attemptsMax-1, f)
			b.device.resets = nil
			r := b.request(op, 77, 3)
			if errs := b.do(r); errs[0] != nil {
				t.Errorf("%s: %v", name, errs[0])
			}
			if !bytes.Equal(r.Buf, b.device.card.image[77*512:80*512]) {
				t.Errorf("%s: %v has other contents", name, op)
			}
			if n := len(b.device.resets); n < 4 || slices.Contains(b.device.resets, sysResetCmd|sysResetData) {
				t.Errorf("%s: resets %#x", name, b.device.resets)
			}
		}
	}
}

// A failure that stays is the request's alone: one clear error, and the next request works.
func TestFailure(t *testing.T) {
	texts := map[string]string{
		"no answer":      "sd1: read of sector 5: the device did not answer in time (INT_STATUS 0x10000)",
		"silence":        "sd1: read of sector 5: the device did not answer in time (INT_STATUS 0x0)",
		"data checksum":  "sd1: read of sector 5: the device reports an error (INT_STATUS 0x200001)",
		"bad descriptor": "sd1: read of sector 5: the device reports an error (ADMA_ERR_STATUS 0x1)",
		"short":          "sd1: read of sector 5: the device reports an error (ADMA_ERR_STATUS 0x4)",
		"answer":         "sd1: read of sector 5: the device reports an error (card status 0x200900)",
	}
	for name, f := range faults {
		b := newBench(t, newCard(8192))
		b.device.faults = fails(sd.ReadMultiple, attemptsMax, f)
		bad, good := b.request(block.Read, 5, 1), b.request(block.Read, 6, 1)
		errs := b.do(bad, good)
		var e *block.Error
		if !errors.As(errs[0], &e) || strings.Count(errs[0].Error(), "\n") != 0 || errs[1] != nil {
			t.Errorf("%s: %v, then %v", name, errs[0], errs[1])
		}
		if want, ok := texts[name]; ok && errs[0].Error() != want {
			t.Errorf("%s: %q, want %q", name, errs[0], want)
		}
		if len(b.said) != 1 {
			t.Errorf("%s: said %q", name, b.said)
		}
	}
}

// A card that has lost its state, as by a glitch of its power, is identified again.
func TestReidentify(t *testing.T) {
	b := newBench(t, newCard(8192))
	b.device.faults = func(index uint32) fault {
		if index == sd.ReadMultiple && b.device.card.state == sd.StateTransfer && len(b.device.log) < 30 {
			b.device.card.state = 0
			return fault{status: intNoAnswer}
		}
		return fault{}
	}
	b.device.log = nil
	if errs := b.do(b.request(block.Read, 5, 1)); errs[0] != nil {
		t.Error(errs[0])
	}
	if !slices.Contains(b.device.log, sd.AllSendCID) {
		t.Errorf("commands %d: not identified again", b.device.log)
	}
}

// Out of the slot in the middle of a request: all that wait fail, and so does what comes
// later, until another card is in.
func TestRemoved(t *testing.T) {
	for _, detect := range []bool{true, false} {
		b := newBench(t, newCard(8192))
		b.host.Detect = detect
		b.device.faults = fails(sd.ReadMultiple, 1, fault{remove: true})
		for _, err := range b.do(b.request(block.Read, 1, 1), b.request(block.Write, 2, 1), b.request(block.Flush, 0, 1)) {
			var e *block.Error
			if !errors.As(err, &e) || detect && e.Reason != block.Gone {
				t.Errorf("detect %v: %v", detect, err)
			}
		}
		var e *block.Error
		if err := b.host.Submit(b.request(block.Read, 1, 1), task.Waker{}); !errors.As(err, &e) || e.Reason != block.Gone {
			t.Errorf("submit without a card: %v", err)
		}
		b.run()
		b.device.insert(newCard(16384))
		b.run()
		if errs := b.do(b.request(block.Read, 16383, 1)); errs[0] != nil {
			t.Errorf("detect %v: the new card: %v", detect, errs[0])
		}
		if b.said[len(b.said)-1] != "sd1: card! rev. 1.0, serial 12345678, 8 MiB, 4 bits at 50 MHz" {
			t.Errorf("said %q", b.said)
		}
	}
}

// Another card where one was, without the driver being told: the old one's requests fail.
func TestExchanged(t *testing.T) {
	b := newBench(t, newCard(8192))
	b.host.Detect = false
	other := newCard(8192)
	other.cid[9]++
	b.device.card = other
	before := bytes.Clone(other.image)
	var e *block.Error
	if errs := b.do(b.request(block.Write, 1, 1)); !errors.As(errs[0], &e) || e.Reason != block.Gone {
		t.Errorf("%v", errs[0])
	}
	if !bytes.Equal(other.image, before) {
		t.Error("the other card was written to")
	}
}

func TestNoCard(t *testing.T) {
	b := newBench(t, nil)
	if len(b.said) != 0 || b.host.Info().Sectors != 0 {
		t.Errorf("said %q of an empty slot", b.said)
	}
	for range 3 {
		b.device.insert(newCard(8192))
		b.run()
		if b.host.Info().Sectors != 8192 {
			t.Fatalf("not found: %q", b.said)
		}
		b.device.remove()
		b.run()
	}
	if n := len(b.said); n != 6 || b.said[5] != "sd1: card removed" {
		t.Errorf("said %q", b.said)
	}
}

// A card that cannot be used is reported once, and tried again by itself, seldom.
func TestUnusable(t *testing.T) {
	c := newCard(8192)
	c.csd[0] = 0x80
	b := newBench(t, c)
	tries := 0
	for _, index := range b.device.log {
		if index == sd.GoIdle {
			tries++
		}
	}
	if tries < 5 || tries > 10 {
		t.Errorf("tried %d times in half a minute", tries)
	}
	if want := []string{"sd1: card not usable: says what cannot be of itself"}; !slices.Equal(b.said, want) {
		t.Errorf("said %q", b.said)
	}
	c.csd[0] = 0x40
	if err := b.host.Submit(b.request(block.Read, 0, 1), task.Waker{}); err == nil {
		t.Fatal("accepted")
	}
	b.Advance(1e9)
	if b.host.Info().Sectors != 8192 {
		t.Error("not tried again when somebody asked")
	}
}

func TestStuckController(t *testing.T) {
	b := newBench(t, newCard(8192))
	b.device.stuck = true
	b.device.faults = fails(sd.ReadMultiple, 100, fault{status: 1 << 21})
	r := b.request(block.Read, 0, 1)
	if errs := b.do(r); errs[0] == nil {
		t.Error("no error")
	}
	if s := b.said[len(b.said)-1]; !strings.HasPrefix(s, "sd1: card not usable: controller does not come out of reset") {
		t.Errorf("said %q", b.said)
	}
}

// A panic in the driver ends its task; who waits is told, and the task can be started again.
func TestPanic(t *testing.T) {
	b := newBench(t, newCard(8192))
	b.device.faults = func(index uint32) fault {
		if index == sd.ReadMultiple {
			panic("a bug")
		}
		return fault{}
	}
	var e *block.Error
	if errs := b.do(b.request(block.Read, 0, 1)); !errors.As(errs[0], &e) || e.Reason != block.Gone {
		t.Errorf("%v", errs[0])
	}
	var p *task.PanicError
	if _, err := b.join.Take(); !errors.As(err, &p) {
		t.Fatal(err)
	}
	b.device.faults = nil
	b.spawn()
	b.run()
	if errs := b.do(b.request(block.Read, 0, 1)); errs[0] != nil {
		t.Error(errs[0])
	}
}

// A driver that is cancelled in the middle of a transfer resets the controller before it lets
// go of the buffer; started again, it works.
func TestCancel(t *testing.T) {
	b := newBench(t, newCard(8192))
	b.device.faults = fails(sd.ReadMultiple, 1, fault{hang: true})
	r := b.request(block.Read, 0, 1)
	if err := b.host.Submit(r, task.Waker{}); err != nil {
		t.Fatal(err)
	}
	b.Machine.Run()
	b.device.resets = nil
	b.join.Cancel()
	b.run()
	var e *block.Error
	if isDone, err := !r.Busy(), r.Err(); !isDone || !errors.As(err, &e) || e.Reason != block.Gone {
		t.Errorf("%v, %v", isDone, err)
	}
	if !slices.Contains(b.device.resets, sysResetAll) || !b.Line(intr).Masked() {
		t.Errorf("resets %#x, line masked %v", b.device.resets, b.Line(intr).Masked())
	}
	if _, err := b.join.Take(); !errors.Is(err, task.ErrCancelled) {
		t.Errorf("ended with %v", err)
	}
	b.spawn()
	b.run()
	if errs := b.do(r); errs[0] != nil {
		t.Error(errs[0])
	}
}

// A card may be busy after Select; the driver looks again and gives the processor back.
func TestBusy(t *testing.T) {
	b := newBench(t, nil)
	b.device.faults = fails(sd.Select, 1, fault{busy: 20})
	b.device.insert(newCard(8192))
	b.run()
	if b.host.Info().Sectors == 0 {
		t.Errorf("said %q", b.said)
	}
	b.device.remove()
	b.run()
	b.device.faults = fails(sd.Select, 1000, fault{busy: 1 << 30})
	b.device.insert(newCard(8192))
	b.run()
	if b.host.Info().Sectors != 0 {
		t.Error("a card that is busy for ever was taken")
	}
}

func TestFull(t *testing.T) {
	b := newBench(t, newCard(8192))
	var rs []*block.Request
	for range Depth {
		r := b.request(block.Read, 0, 1)
		rs = append(rs, r)
		if err := b.host.Submit(r, task.Waker{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.host.Submit(b.request(block.Read, 0, 1), task.Waker{}); err != block.ErrFull {
		t.Errorf("%v", err)
	}
	b.run()
	for _, r := range rs {
		if isDone, err := !r.Busy(), r.Err(); !isDone || err != nil {
			t.Errorf("%v, %v", isDone, err)
		}
	}
}

// Each request is one interrupt, whether or not others wait.
func TestInterrupts(t *testing.T) {
	b := newBench(t, newCard(8192))
	before := b.Line(intr).Delivered
	for range 10 {
		b.do(b.request(block.Read, 0, 8))
	}
	var rs []*block.Request
	for range Depth {
		rs = append(rs, b.request(block.Write, 0, 1))
	}
	b.do(rs...)
	if n := b.Line(intr).Delivered - before; n != 10+Depth {
		t.Errorf("%d interrupts for %d requests", n, 10+Depth)
	}
}

// A request, its interrupt and its completion take nothing from the heap.
func TestNoAllocation(t *testing.T) {
	b := newBench(t, newCard(8192))
	r := b.request(block.Read, 0, 8)
	if n := testing.AllocsPerRun(100, func() {
		b.device.log = b.device.log[:0]
		if err := b.host.Submit(r, task.Waker{}); err != nil {
			t.Fatal(err)
		}
		b.Machine.Run()
		if isDone, err := !r.Busy(), r.Err(); !isDone || err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a request", n)
	}
}

// The clock is never faster than asked for, and at least two thirds of it.
func TestDividers(t *testing.T) {
	for _, hz := range []uint32{400_000, 10e6, 20e6, 25e6, 26e6, 50e6, 198e6, 200e6} {
		p, d := dividers(198e6, hz)
		got := uint32(198e6) / max(2*p, 1) / (d + 1)
		if got > hz || got < min(hz, 198e6)/3*2 || p&(p-1) != 0 || p > 0x80 || d > 15 {
			t.Errorf("%d Hz: SDCLKFS %#x, DVS %d make %d Hz", hz, p, d, got)
		}
	}
}

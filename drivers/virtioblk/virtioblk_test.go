//go:build !tamago

package virtioblk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtio/virtiotest"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const sectors = 64

// bench is a driver on an executor, before a disk that is a slice.
type bench struct {
	t      testing.TB
	device virtiotest.Device
	disk   Device
	image  []byte
	exec   sched.Executor
	task   task.Task[task.None]
}

func newBench(t testing.TB, features uint64) *bench {
	b := &bench{t: t, image: make([]byte, sectors*block.SectorSize)}
	b.device = virtiotest.Device{Type: virtio.TypeBlock, Features: 1<<32 | features, Config: make([]byte, 64)}
	b.device.Config[0] = sectors
	binary.LittleEndian.PutUint32(b.device.Config[configSizeMax:], 4096)
	b.device.Queues[0].Max = 256
	b.device.Use()
	if err := b.start(); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) start() error {
	t, ok, err := virtio.ProbeMMIO(virtiotest.Base)
	if !ok || err != nil {
		b.t.Fatalf("%v %v", ok, err)
	}
	j, err := sched.SpawnMethod(&b.exec, &b.task, nil, &b.disk, (*Device).Poll)
	if err == nil {
		b.exec.Tick()
	} else if err != task.ErrAlive {
		b.t.Fatal(err)
	}
	w := j.Waker()
	if err != nil {
		w = b.disk.waker
	}
	return b.disk.Start(&t, "vda", w)
}

// interrupt does what the line does.
func (b *bench) interrupt() {
	if b.device.Interrupt != 0 {
		b.disk.waker.Wake()
	}
	b.exec.Tick()
}

// serve does the device's part for one request, and reports whether there was one.
func (b *bench) serve() bool {
	head, chain, ok := b.device.Take(0)
	if !ok {
		return false
	}
	status, length := b.execute(chain)
	chain[len(chain)-1].Bytes[0] = status
	b.device.Give(0, uint32(head), length)
	return true
}

func (b *bench) execute(chain []virtiotest.Buffer) (status byte, written uint32) {
	header, last := chain[0], chain[len(chain)-1]
	if header.Write || len(header.Bytes) != 16 || !last.Write || len(last.Bytes) != 1 || last.Bytes[0] != 0xff {
		b.t.Fatalf("bad chain %+v", chain)
	}
	at := int(binary.LittleEndian.Uint64(header.Bytes[8:])) * block.SectorSize
	switch kind := binary.LittleEndian.Uint32(header.Bytes); kind {
	case typeIn:
		if len(chain) != 3 || !chain[1].Write {
			b.t.Fatalf("bad read %+v", chain)
		}
		return statusOK, uint32(copy(chain[1].Bytes, b.image[at:])) + 1
	case typeOut:
		if len(chain) != 3 || chain[1].Write {
			b.t.Fatalf("bad write %+v", chain)
		}
		copy(b.image[at:], chain[1].Bytes)
		return statusOK, 1
	case typeFlush:
		if len(chain) != 2 || at != 0 {
			b.t.Fatalf("bad flush %+v", chain)
		}
		return statusOK, 1
	default:
		return statusUnsupported, 1
	}
}

// submit gives the disk a request.
func (b *bench) submit(op block.Op, sector uint64, buf []byte) *block.Request {
	b.t.Helper()
	r := &block.Request{Op: op, Sector: sector, Buf: buf}
	if err := b.disk.Submit(r, task.Waker{}); err != nil {
		b.t.Fatal(err)
	}
	return r
}

// want checks how a request has ended; reason [block.OK] is no error.
func (b *bench) want(r *block.Request, reason block.Reason, text string) {
	b.t.Helper()
	done, err := !r.Busy(), r.Err()
	if !done {
		b.t.Fatal("not done")
	}
	if reason == block.OK {
		if err != nil {
			b.t.Fatal(err)
		}
		return
	}
	var e *block.Error
	if !errors.As(err, &e) || e.Reason != reason || !strings.Contains(err.Error(), text) {
		b.t.Fatalf("%v, want reason %v and %q", err, reason, text)
	}
}

// works checks that the disk still, or again, does what it should.
func (b *bench) works() {
	b.t.Helper()
	buf := block.Buffer(block.SectorSize)
	for i := range buf {
		buf[i] = byte(rand.Uint32())
	}
	w := b.submit(block.Write, 9, buf)
	for b.serve() {
	}
	b.interrupt()
	b.want(w, block.OK, "")
	got := block.Buffer(block.SectorSize)
	r := b.submit(block.Read, 9, got)
	for b.serve() {
	}
	b.interrupt()
	b.want(r, block.OK, "")
	if !bytes.Equal(got, buf) {
		b.t.Error("other contents")
	}
}

func TestInfo(t *testing.T) {
	b := newBench(t, featureFlush|featureSizeMax)
	want := block.Info{Name: "vda", Sectors: sectors, BlockSize: 512, Depth: Depth, SectorsMost: 8, Cached: true}
	if got := b.disk.Info(); got != want {
		t.Errorf("%+v", got)
	}
	b.works()
	b = newBench(t, featureReadOnly)
	want = block.Info{Name: "vda", Sectors: sectors, BlockSize: 512, Depth: Depth, SectorsMost: sectorsMost, ReadOnly: true}
	if got := b.disk.Info(); got != want {
		t.Errorf("%+v", got)
	}
	if err := b.disk.Submit(&block.Request{Op: block.Write, Buf: block.Buffer(512)}, task.Waker{}); err != block.ErrReadOnly {
		t.Error(err)
	}
}

// Any number in flight, answered in any order, against a slice.
func TestAgainstModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBench(t, featureFlush)
		model := make([]byte, len(b.image))
		type op struct {
			request  *block.Request
			from, to uint64
		}
		var flying []op
		free := func(from, to uint64) bool {
			for _, o := range flying {
				if from < o.to && o.from < to {
					return false
				}
			}
			return true
		}
		type given struct {
			head   uint16
			chain  []virtiotest.Buffer
			status byte
			length uint32
		}
		var held []given
		settle := func() {
			for i := 0; i < len(flying); i++ {
				o := flying[i]
				if done, err := !o.request.Busy(), o.request.Err(); done {
					if err != nil {
						rt.Fatal(err)
					}
					if o.request.Op == block.Read && !bytes.Equal(o.request.Buf, model[o.from*512:o.to*512]) {
						rt.Fatalf("read of sector %d: other contents", o.from)
					}
					flying = append(flying[:i], flying[i+1:]...)
					i--
				}
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"submit": func(rt *rapid.T) {
				kind := block.Op(rapid.IntRange(0, 2).Draw(rt, "op"))
				from := rapid.Uint64Range(0, sectors-1).Draw(rt, "sector")
				to := min(from+rapid.Uint64Range(1, 8).Draw(rt, "sectors"), sectors)
				if kind == block.Flush {
					from, to = 0, 0
				}
				if !free(from, to) {
					return
				}
				r := &block.Request{Op: kind, Sector: from, Buf: block.Buffer(int(to-from) * 512)}
				if kind == block.Write {
					for i := range r.Buf {
						r.Buf[i] = byte(rand.Uint32())
					}
				}
				err := b.disk.Submit(r, task.Waker{})
				if full := len(flying) == Depth; full != (err == block.ErrFull) || !full && err != nil {
					rt.Fatalf("%d in flight: %v", len(flying), err)
				}
				if err == nil {
					if kind == block.Write {
						copy(model[from*512:], r.Buf)
					}
					flying = append(flying, op{r, from, to})
				}
			},
			"device takes": func(rt *rapid.T) {
				if head, chain, ok := b.device.Take(0); ok {
					status, length := b.execute(chain)
					held = append(held, given{head, chain, status, length})
				}
			},
			"device answers": func(rt *rapid.T) {
				if len(held) == 0 {
					return
				}
				i := rapid.IntRange(0, len(held)-1).Draw(rt, "which")
				g := held[i]
				held = append(held[:i], held[i+1:]...)
				g.chain[len(g.chain)-1].Bytes[0] = g.status
				b.device.Give(0, uint32(g.head), g.length)
			},
			"interrupt": func(rt *rapid.T) {
				b.interrupt()
				settle()
			},
		})
		for len(flying) > 0 {
			for b.serve() {
			}
			for _, g := range held {
				g.chain[len(g.chain)-1].Bytes[0] = g.status
				b.device.Give(0, uint32(g.head), g.length)
			}
			held = nil
			before := len(flying)
			b.interrupt()
			settle()
			if len(flying) == before {
				rt.Fatalf("%d requests never end", before)
			}
		}
		if !bytes.Equal(model, b.image) {
			rt.Fatal("the disk has other contents")
		}
	})
}

// Errors that concern one request leave the others alone.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		status byte
		reason block.Reason
		text   string
	}{
		{statusError, block.Failed, "vda: read of sector 3: the device reports an error (request status 0x1)"},
		{statusUnsupported, block.Unsupported, "vda: read of sector 3: the device does not support it (request status 0x2)"},
	} {
		b := newBench(t, 0)
		bad, good := b.submit(block.Read, 3, block.Buffer(512)), b.submit(block.Read, 4, block.Buffer(512))
		head, chain, _ := b.device.Take(0)
		chain[2].Bytes[0] = c.status
		b.device.Give(0, uint32(head), 1)
		b.serve()
		b.interrupt()
		b.want(bad, c.reason, c.text)
		b.want(good, block.OK, "")
		if n := b.disk.Counts().Resets; n != 0 {
			t.Errorf("%d resets", n)
		}
		b.works()
	}
}

// What a device cannot mean: it is reset, every request ends, and it works again.
func TestImpossible(t *testing.T) {
	for _, c := range []struct {
		name          string
		act           func(b *bench, head uint16, chain []virtiotest.Buffer)
		first, second block.Reason
		text          string
	}{
		{"another's id", func(b *bench, head uint16, _ []virtiotest.Buffer) { b.device.Give(0, uint32(head)+1, 1) },
			block.Impossible, block.Impossible, "(used id 0x1)"},
		{"an id beyond the queue", func(b *bench, _ uint16, _ []virtiotest.Buffer) { b.device.Give(0, 1<<30, 1) },
			block.Impossible, block.Impossible, "answered what cannot be"},
		{"too long", func(b *bench, head uint16, _ []virtiotest.Buffer) { b.device.Give(0, uint32(head), 514) },
			block.Impossible, block.Impossible, "answered what cannot be"},
		{"an index that runs away", func(b *bench, _ uint16, _ []virtiotest.Buffer) { b.device.Skip(0, 1000) },
			block.Impossible, block.Impossible, "answered what cannot be"},
		{"too short", func(b *bench, head uint16, chain []virtiotest.Buffer) {
			chain[2].Bytes[0] = statusOK
			b.device.Give(0, uint32(head), 512)
		}, block.Impossible, block.Reset, "(used length 0x200)"},
		{"no status", func(b *bench, head uint16, _ []virtiotest.Buffer) { b.device.Give(0, uint32(head), 513) },
			block.Impossible, block.Reset, "(request status 0xff)"},
		{"needs reset", func(b *bench, _ uint16, _ []virtiotest.Buffer) { b.device.NeedsReset() },
			block.Reset, block.Reset, "(device status 0x4f)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, 0)
			first, second := b.submit(block.Read, 3, block.Buffer(512)), b.submit(block.Write, 4, block.Buffer(512))
			head, chain, _ := b.device.Take(0)
			c.act(b, head, chain)
			b.interrupt()
			b.want(first, c.first, c.text)
			b.want(second, c.second, "")
			if n := b.disk.Counts().Resets; n != 1 {
				t.Errorf("%d resets", n)
			}
			b.works()
		})
	}
}

// A device that does not answer: the request that waits for it ends in time, one that is
// younger is told to try again.
func TestTimeout(t *testing.T) {
	b := newBench(t, 0)
	old := b.submit(block.Read, 3, block.Buffer(512))
	for range Timeout - 1 {
		b.disk.Tick()
	}
	b.interrupt()
	if !old.Busy() {
		t.Fatal("ended too early")
	}
	young := b.submit(block.Read, 4, block.Buffer(512))
	b.disk.Tick()
	b.interrupt()
	b.want(old, block.TimedOut, "vda: read of sector 3: the device did not answer in time (seconds 0x1e)")
	b.want(young, block.Reset, "the device was reset")
	b.works()

	// One that was answered just before is fine.
	r := b.submit(block.Read, 3, block.Buffer(512))
	for range Timeout {
		b.disk.Tick()
	}
	b.serve()
	b.interrupt()
	b.want(r, block.OK, "")
	if n := b.disk.Counts().Resets; n != 1 {
		t.Errorf("%d resets, want only the first", n)
	}

	// And the next in its place has all the time again.
	r = b.submit(block.Read, 3, block.Buffer(512))
	b.disk.Tick()
	b.interrupt()
	if !r.Busy() {
		t.Error("ended after one tick")
	}
}

// A device that is not there any more, or does not come back from a reset.
func TestGone(t *testing.T) {
	for _, c := range []struct {
		name string
		act  func(b *bench)
	}{
		{"unplugged", func(b *bench) { b.device.Unplugged, b.device.Interrupt = true, 1 }},
		{"does not reset", func(b *bench) { b.device.StuckReset = true; b.device.NeedsReset() }},
		{"refuses the features", func(b *bench) { b.device.RefuseFeatures = true; b.device.NeedsReset() }},
		{"removed", func(b *bench) { b.disk.Remove() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, 0)
			r := b.submit(block.Read, 3, block.Buffer(512))
			c.act(b)
			b.interrupt()
			done, err := !r.Busy(), r.Err()
			if !done || err == nil || b.disk.Present() {
				t.Fatalf("done %v, %v, present %v", done, err, b.disk.Present())
			}
			var e *block.Error
			if err := b.disk.Submit(r, task.Waker{}); !errors.As(err, &e) || e.Reason != block.Gone {
				t.Errorf("later: %v", err)
			}
			b.disk.Tick()
			b.disk.Remove()
			b.interrupt()
			b.device.Unplugged, b.device.StuckReset, b.device.RefuseFeatures = false, false, false
			if err := b.start(); err != nil {
				t.Fatal(err)
			}
			b.works()
		})
	}
}

// A device that is given up in the last moment before Submit masks interrupts, by its
// real-time task: the request is refused, not kept for ever.
func TestGivenUpDuringSubmit(t *testing.T) {
	b := newBench(t, 0)
	owner := b.owner()
	struck := false
	platform.Masking = func() {
		if !struck {
			struck = true
			b.device.Unplugged = true
			b.disk.waker.Wake()
			b.exec.Tick()
		}
	}
	defer func() { platform.Masking = nil }()
	r := &block.Request{Op: block.Read, Buf: block.Buffer(512)}
	err := b.disk.Submit(r, task.Waker{})
	var e *block.Error
	if !errors.As(err, &e) || e.Reason != block.Gone || r.Busy() {
		t.Errorf("%v, in flight: %v", err, r.Busy())
	}
	if !struck || *owner == 0 {
		t.Error("not tried, or the owner was not told")
	}
}

// owner makes a task the disk's owner and counts its wakes.
func (b *bench) owner() *int {
	wakes := new(int)
	j, err := sched.Spawn(&b.exec, new(task.Task[task.None]), nil, func(*task.None, *task.Context) task.Poll {
		*wakes++
		return task.Pending
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.exec.Tick()
	*wakes = 0
	b.disk.Owner = j.Waker()
	return wakes
}

// The device's task is over, whatever ended it: the next tick ends the requests, and those
// of later are refused. Then it can be started again, with another task.
func TestTaskEnds(t *testing.T) {
	b := newBench(t, 0)
	owner := b.owner()
	r := b.submit(block.Write, 3, block.Buffer(512))
	b.disk.waker.Cancel()
	b.exec.Tick()
	b.serve()
	b.interrupt() // wakes nobody
	if !r.Busy() {
		t.Fatal("ended by what?")
	}
	resets := b.device.Resets
	b.disk.Tick()
	b.exec.Tick()
	b.want(r, block.Gone, "the device is gone")
	if b.disk.Present() || *owner != 1 || b.device.Resets == resets {
		t.Errorf("present %v, its owner was woken %d times, %d resets", b.disk.Present(), *owner, b.device.Resets-resets)
	}
	var e *block.Error
	if err := b.disk.Submit(r, task.Waker{}); !errors.As(err, &e) || e.Reason != block.Gone {
		t.Errorf("later: %v", err)
	}
	b.task = task.Task[task.None]{}
	if err := b.start(); err != nil {
		t.Fatal(err)
	}
	b.works()
}

// A disk with large blocks: requests are in whole ones, or refused.
func TestBlockSize(t *testing.T) {
	b := newBench(t, featureSizeMax)
	b.device.Features |= featureBlockSize
	start := func(size uint32) error {
		binary.LittleEndian.PutUint32(b.device.Config[configBlockSize:], size)
		b.disk.Remove()
		return b.start()
	}
	b.device.Config[0] = sectors - 1 // no whole number of blocks
	if err := start(2048); err != nil {
		t.Fatal(err)
	}
	if i := b.disk.Info(); i.BlockSize != 2048 || i.Sectors != sectors-4 || i.SectorsMost != 8 {
		t.Errorf("%+v", i)
	}
	if err := b.disk.Submit(&block.Request{Op: block.Read, Sector: 4, Buf: block.Buffer(512)}, task.Waker{}); !errors.Is(err, block.ErrBlock) {
		t.Errorf("a sector: %v", err)
	}
	r := b.submit(block.Read, 4, block.Buffer(4096))
	b.serve()
	b.interrupt()
	b.want(r, block.OK, "")
	for _, size := range []uint32{0, 256, 1000, 8192, 1 << 31} {
		if err := start(size); err == nil || !strings.Contains(err.Error(), "has blocks of a size that cannot be used (blk_size 0x") {
			t.Errorf("blocks of %d bytes: %v", size, err)
		}
	}
}

func TestBadStart(t *testing.T) {
	b := newBench(t, featureSizeMax)
	b.device.Config[configSizeMax], b.device.Config[configSizeMax+1] = 0xff, 1
	if err := b.start(); err == nil || !strings.Contains(err.Error(), "takes no whole sector (size_max 0x1ff)") {
		t.Error(err)
	}
	b = newBench(t, 0)
	b.device.Queues[0].Max = 2
	if err := b.start(); err == nil || b.device.Status != 0 {
		t.Errorf("%v, status %#x", err, b.device.Status)
	}
}

// A flush where completed writes are durable anyway is done at once.
func TestFlushWithoutCache(t *testing.T) {
	b := newBench(t, 0)
	b.want(b.submit(block.Flush, 0, nil), block.OK, "")
	if b.device.Notified != 0 {
		t.Error("the device was asked")
	}
	b = newBench(t, featureFlush)
	r := b.submit(block.Flush, 0, nil)
	if !b.serve() || !r.Busy() {
		t.Fatal("the device was not asked, or not waited for")
	}
	b.interrupt()
	b.want(r, block.OK, "")
}

// From Submit to Poll nothing comes from the heap.
func TestNoAllocation(t *testing.T) {
	b := newBench(t, 0)
	r := &block.Request{Buf: block.Buffer(4096)}
	head := uint32(0)
	if n := testing.AllocsPerRun(100, func() {
		if err := b.disk.Submit(r, task.Waker{}); err != nil {
			t.Fatal(err)
		}
		store8(b.disk.responses, statusOK)
		b.device.Give(0, head, 4097)
		b.interrupt()
		if done, err := !r.Busy(), r.Err(); !done || err != nil {
			t.Fatal(done, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

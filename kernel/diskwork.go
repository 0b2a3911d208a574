//go:build tamago

package main

import (
	"runtime"
	"strconv"

	"tamagotake/drivers/block"
	"tamagotake/hal"
	"tamagotake/kernel/exercise"
	"tamagotake/rt/task"
)

// workDepth is how many requests a work has in flight.
const workDepth = 8

// job is what is to be done, and how far it has come.
type job struct {
	m    *monitor
	disk block.Device
	ops  uint64
	size uint64 // of a request, in bytes

	op           block.Op // of a bench
	seed, blocks uint64   // of an exercise
	last         []uint64 // by block: the operation that wrote it, plus 1; nil for a bench

	next, flushed uint64 // operations begun, and known to be durable
	errors, wrong uint64
	beganNS       int64
	mallocs       uint64
}

// work is a task of its own that keeps a disk busy, beside the monitor: an exercise or a
// bench. There is one at a time, and it keeps its memory.
type work struct {
	job
	alive    bool
	slots    [workDepth]workSlot
	flying   int
	flush    block.Request
	flushing bool
}

type workSlot struct {
	request block.Request
	op      exercise.Op
	n       uint64
	used    bool
	memory  []byte
}

var (
	workTask task.Task[task.None]
	theWork  work
)

func (m *monitor) diskExercise(d block.Device, words []string) {
	most := d.Info().Sectors / (exercise.BlockSize / block.SectorSize)
	ops, ok1 := m.number("the number of operations", words[0], 1, 1<<32)
	if !ok1 {
		return
	}
	seed, ok2 := m.number("the seed", words[1], 0, 1<<63)
	if !ok2 {
		return
	}
	blocks, ok3 := m.number("how many blocks", words[2], workDepth, min(most, 1<<16))
	if !ok3 {
		return
	}
	m.startWork(job{m: m, disk: d, ops: ops, seed: seed, blocks: blocks, size: exercise.BlockSize, last: make([]uint64, blocks)})
}

func (m *monitor) diskBench(d block.Device, words []string) {
	op := block.Read
	switch words[0] {
	case "read":
	case "write":
		op = block.Write
	default:
		m.printf("disk bench wants read or write, not %q\n", words[0])
		return
	}
	size, ok := m.number("the size of a request", words[2], block.SectorSize, min(workMemory, uint64(d.Info().SectorsMost)*block.SectorSize))
	if !ok {
		return
	}
	if size%block.SectorSize != 0 || d.Info().Sectors*block.SectorSize < size {
		m.printf("%d bytes are not whole sectors, or more than the disk has\n", size)
		return
	}
	ops, ok := m.number("the number of requests", words[1], 1, 1<<32)
	if !ok {
		return
	}
	m.startWork(job{m: m, disk: d, ops: ops, op: op, size: size})
}

func (m *monitor) startWork(j job) {
	w := &theWork
	if w.alive {
		m.printf("a disk is at work already\n")
		return
	}
	for i := range w.slots {
		if w.slots[i].memory == nil {
			w.slots[i].memory = block.Buffer(workMemory)
		}
	}
	w.job, w.alive = j, true
	start(&executor, &workTask, "disk-work", w.poll)
}

// poll ends what is done and begins what can be, until all is.
func (w *work) poll(cx *task.Context, _ *task.None) task.Poll {
	if w.beganNS == 0 {
		w.beganNS = hal.Now()
		w.mallocs = mallocs()
	}
	for i := range w.slots {
		w.settle(&w.slots[i], cx)
	}
	if w.flushing {
		isDone, err := w.flush.Poll(cx.Waker())
		if !isDone {
			return task.Pending
		}
		w.flushing = false
		w.flushEnded(err)
	}
	for w.begin(cx) {
	}
	if w.flying > 0 || w.flushing {
		return task.Pending
	}
	w.alive = false
	w.report()
	return task.Ready
}

// settle looks whether a slot's request is done.
func (w *work) settle(s *workSlot, cx *task.Context) {
	if !s.used {
		return
	}
	isDone, err := s.request.Poll(cx.Waker())
	if !isDone {
		return
	}
	s.used = false
	w.flying--
	if err != nil {
		if w.errors++; w.errors <= 3 {
			w.m.printf("\n%v\n", err)
		}
		if w.last != nil && s.op.Write {
			w.last[s.op.Block] = 0 // old or new
		}
		return
	}
	if w.last != nil && !s.op.Write && w.last[s.op.Block] != 0 && !exercise.Is(s.request.Buf, w.seed, w.last[s.op.Block]-1) {
		w.wrong++
	}
}

// begin submits one request, if it may, and reports whether it did.
func (w *work) begin(cx *task.Context) bool {
	if w.last != nil && w.next > w.flushed && (w.next-w.flushed == exercise.FlushEvery || w.next == w.ops) {
		if w.flying == 0 {
			w.flush.Op = block.Flush
			err := w.disk.Submit(&w.flush, cx.Waker())
			if w.flushing = err == nil; !w.flushing {
				w.flushEnded(err)
				w.ops = w.next // the disk is gone
			}
			cx.Waker().Wake() // one without a cache is done by now
		}
		return false
	}
	if w.next == w.ops {
		return false
	}
	s, op := w.slot(), w.operation()
	if s == nil || w.last != nil && w.busy(op.Block) {
		return false
	}
	s.op, s.n, s.used = op, w.next, true
	s.request.Op, s.request.Sector, s.request.Buf = block.Read, op.Block*(w.size/block.SectorSize), s.memory[:w.size]
	if op.Write {
		s.request.Op = block.Write
		if w.last != nil {
			exercise.Fill(s.request.Buf, w.seed, w.next)
			w.last[op.Block] = w.next + 1
		}
	}
	w.next++
	w.flying++
	if err := w.disk.Submit(&s.request, cx.Waker()); err != nil {
		s.used = false
		w.flying--
		if w.errors++; w.errors <= 3 {
			w.m.printf("\n%v\n", err)
		}
	}
	return true
}

func (w *work) operation() exercise.Op {
	if w.last != nil {
		return exercise.At(w.seed, w.next, w.blocks)
	}
	room := w.disk.Info().Sectors * block.SectorSize / w.size
	return exercise.Op{Block: w.next % room, Write: w.op == block.Write}
}

func (w *work) slot() *workSlot {
	for i := range w.slots {
		if s := &w.slots[i]; !s.used {
			return s
		}
	}
	return nil
}

// busy reports whether a request for the block is in flight: two would be in no order.
func (w *work) busy(block uint64) bool {
	for i := range w.slots {
		if s := &w.slots[i]; s.used && s.op.Block == block {
			return true
		}
	}
	return false
}

func (w *work) flushEnded(err error) {
	w.flushed = w.next
	if err != nil {
		w.errors++
		w.m.printf("\n%v\n", err)
		return
	}
	w.m.out.Write(strconv.AppendUint([]byte("flushed "), w.flushed, 10))
	w.m.out.Write([]byte("\n"))
}

func (w *work) report() {
	ns := hal.Now() - w.beganNS
	n := mallocs() - w.mallocs
	what := "bench"
	if w.last != nil {
		what = "exercise"
	}
	w.m.printf("\n%s: %d operations of %d bytes, %d errors, %d wrong, %d ns, %d allocations\n",
		what, w.next, w.size, w.errors, w.wrong, ns, n)
	w.m.prompt()
}

func mallocs() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.Mallocs
}

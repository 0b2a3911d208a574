package exercise

import (
	"errors"
	"time"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// Depth is how many requests a work has in flight at most; fewer if the disk takes fewer.
const Depth = 8

// Job is what to do to a disk: an exercise, random reads and writes of its first blocks, which
// are checked; or a bench, requests one after the other over all of it.
type Job struct {
	Disk block.Device
	Ops  uint64
	Size uint64 // of an operation, in bytes: whole blocks of the disk

	Exercise     bool
	Seed, Blocks uint64 // of an exercise; a block has Size bytes

	Op block.Op // of a bench
}

// Listener is told what happens meanwhile.
type Listener interface {
	// Failed: an operation or a flush has failed, or the work has ended because of it.
	Failed(err error)
	// Flushed: the operations before number n are durable.
	Flushed(n uint64)
}

// Result is what became of a work.
type Result struct {
	Ops           uint64 // begun
	Errors, Wrong uint64
	BeganNS       int64
}

// Work keeps a disk busy: the poll function of a task at thread level. It keeps its memory
// from job to job.
//
// A poll begins at most [Depth] operations. A disk that takes no more for now, because of
// others who use it, is asked again a millisecond later: there is no wake for that.
type Work struct {
	Result
	job  Job
	to   Listener
	last []uint64 // of an exercise, by block: the operation that wrote it, plus 1

	slots    [Depth]slot
	flying   int
	flush    block.Request
	flushing bool
	again    timer.Sleep

	flushed uint64 // operations known to be durable
	alive   bool
	task    task.Waker
	stop    bool
}

type slot struct {
	request block.Request
	op      Op
	used    bool
	memory  []byte
}

// Alive reports whether there is a job that is not over.
func (w *Work) Alive() bool { return w.alive }

// Start gives the work a job, before its task is spawned. memory makes the buffers, of
// memoryMost bytes each, when there are none yet.
func (w *Work) Start(j Job, to Listener, memory func(size int) []byte, memoryMost int) {
	for i := range w.slots {
		if w.slots[i].memory == nil {
			w.slots[i].memory = memory(memoryMost)
		}
	}
	w.Result, w.job, w.to, w.flushed, w.alive, w.stop = Result{}, j, to, 0, true, false
	w.last = nil
	if j.Exercise {
		w.last = make([]uint64, j.Blocks)
	}
}

// Stop has the work begin nothing more. It ends when what is in flight is done: there is no
// way to take that back.
func (w *Work) Stop() {
	w.stop = true
	w.task.Wake()
}

// Poll ends what is done and begins what can be, until all is.
func (w *Work) Poll(cx *task.Context) task.Poll {
	w.task = cx.Waker()
	if w.BeganNS == 0 {
		w.BeganNS = platform.Now()
	}
	for i := range w.slots {
		w.settle(&w.slots[i], cx)
	}
	if w.flushing {
		if w.flush.Poll(cx) == task.Pending {
			return task.Pending
		}
		w.flushing = false
		w.flushEnded(w.flush.Err())
	}
	if w.again.Poll(cx) == task.Pending && !w.stop {
		return task.Pending
	}
	for n := 0; w.begin(cx); n++ {
		if n == Depth {
			w.task.Wake() // for another turn, after the other tasks
			return task.Pending
		}
	}
	if w.flying > 0 || w.flushing || w.again.Poll(cx) == task.Pending && !w.stop {
		return task.Pending
	}
	w.again.Stop()
	w.alive = false
	return task.Ready
}

// settle looks whether a slot's request is done.
func (w *Work) settle(s *slot, cx *task.Context) {
	if !s.used || s.request.Poll(cx) == task.Pending {
		return
	}
	err := s.request.Err()
	s.used = false
	w.flying--
	switch {
	case err != nil:
		w.failed(err)
		if w.last != nil && s.op.Write {
			w.last[s.op.Block] = 0 // old or new
		}
	case w.last != nil && !s.op.Write && w.last[s.op.Block] != 0 && !Is(s.request.Buf, w.job.Seed, w.last[s.op.Block]-1):
		w.Wrong++
	}
}

// begin submits one request, if it may, and reports whether it did, or has failed to.
func (w *Work) begin(cx *task.Context) bool {
	if w.last != nil && w.Ops > w.flushed && (w.Ops-w.flushed == FlushEvery || w.ended()) {
		return w.flying == 0 && w.beginFlush(cx)
	}
	s := w.slot()
	if w.ended() || s == nil {
		return false
	}
	op := w.operation()
	if w.last != nil && w.busy(op.Block) {
		return false
	}
	s.request.Op, s.request.Sector, s.request.Buf = block.Read, op.Block*(w.job.Size/block.SectorSize), s.memory[:w.job.Size]
	if op.Write {
		s.request.Op = block.Write
		if w.last != nil {
			Fill(s.request.Buf, w.job.Seed, w.Ops)
		}
	}
	err := w.job.Disk.Submit(&s.request, w.task)
	if w.full(err, cx) {
		return false
	}
	w.Ops++
	if err != nil {
		w.failed(err) // the disk was not given it, and holds what it held
		return true
	}
	s.op, s.used = op, true
	w.flying++
	if w.last != nil && op.Write {
		w.last[op.Block] = w.Ops
	}
	return true
}

func (w *Work) beginFlush(cx *task.Context) bool {
	w.flush.Op = block.Flush
	err := w.job.Disk.Submit(&w.flush, w.task)
	if w.full(err, cx) {
		return false
	}
	if w.flushing = err == nil; !w.flushing {
		w.flushEnded(err)
		return true
	}
	w.task.Wake() // one without a cache is done by now
	return false
}

// full reports whether a request is to be submitted again, since the disk takes no more for
// now. If there are none of ours that would make room, the task is woken a little later.
func (w *Work) full(err error, cx *task.Context) bool {
	if err != block.ErrFull {
		return false
	}
	if w.flying == 0 {
		w.again.For(time.Millisecond)
		w.again.Poll(cx)
	}
	return true
}

func (w *Work) ended() bool { return w.stop || w.Ops >= w.job.Ops }

// failed counts an error, and ends the work if the disk is gone: every further one would be
// the same.
func (w *Work) failed(err error) {
	if w.Errors++; w.Errors <= 3 {
		w.to.Failed(err)
	}
	if errors.Is(err, drivers.ErrAbsent) {
		w.stop = true
	}
}

func (w *Work) flushEnded(err error) {
	w.flushed = w.Ops
	if err != nil {
		w.failed(err)
		return
	}
	w.to.Flushed(w.flushed)
}

func (w *Work) operation() Op {
	if w.last != nil {
		return At(w.job.Seed, w.Ops, w.job.Blocks)
	}
	room := w.job.Disk.Info().Sectors * block.SectorSize / w.job.Size
	return Op{Block: w.Ops % max(room, 1), Write: w.job.Op == block.Write}
}

// slot returns one that is free, if the disk takes another request.
func (w *Work) slot() *slot {
	if w.flying >= w.job.Disk.Info().Depth {
		return nil
	}
	for i := range w.slots {
		if s := &w.slots[i]; !s.used {
			return s
		}
	}
	return nil
}

// busy reports whether a request for the block is in flight: two would be in no order.
func (w *Work) busy(block uint64) bool {
	for i := range w.slots {
		if s := &w.slots[i]; s.used && s.op.Block == block {
			return true
		}
	}
	return false
}

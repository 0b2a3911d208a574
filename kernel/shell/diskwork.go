//go:build tamago

package shell

import (
	"runtime"
	"strconv"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/exercise"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// diskWork is a task of its own that keeps a disk busy, beside the monitor that has started
// it: an exercise or a bench. There is one at a time, and it keeps its memory.
type diskWork struct {
	exercise.Work
	job     exercise.Job
	m       *Shell
	mallocs uint64
}

var (
	workTask task.Task[task.None]
	theWork  diskWork
)

func (m *Shell) diskExercise(d block.Device, words []string) {
	size := uint64(max(exercise.BlockSize, d.Info().BlockSize))
	if size > workMemory {
		m.printf("%s has blocks of %d bytes: an exercise is of %d at most\n", d.Info().Name, size, workMemory)
		return
	}
	most := d.Info().Sectors * block.SectorSize / size
	ops, ok1 := m.number("the number of operations", words[0], 1, 1<<32)
	if !ok1 {
		return
	}
	seed, ok2 := m.number("the seed", words[1], 0, 1<<63)
	if !ok2 {
		return
	}
	blocks, ok3 := m.number("how many blocks", words[2], exercise.Depth, min(most, 1<<16))
	if !ok3 {
		return
	}
	m.startWork(exercise.Job{Disk: d, Ops: ops, Size: size, Exercise: true, Seed: seed, Blocks: blocks})
}

func (m *Shell) diskBench(d block.Device, words []string) {
	op := block.Read
	switch words[0] {
	case "read":
	case "write":
		op = block.Write
	default:
		m.printf("disk bench wants read or write, not %q\n", words[0])
		return
	}
	i := d.Info()
	size, ok := m.number("the size of a request", words[2], uint64(i.BlockSize), min(workMemory, uint64(i.SectorsMost)*block.SectorSize))
	if !ok {
		return
	}
	if size%uint64(i.BlockSize) != 0 || i.Sectors*block.SectorSize < size {
		m.printf("%d bytes are not whole blocks of %d bytes, or more than the disk has\n", size, i.BlockSize)
		return
	}
	ops, ok := m.number("the number of requests", words[1], 1, 1<<32)
	if !ok {
		return
	}
	m.startWork(exercise.Job{Disk: d, Ops: ops, Size: size, Op: op})
}

func (m *Shell) startWork(j exercise.Job) {
	w := &theWork
	if w.Alive() {
		m.printf("a disk is at work already\n")
		return
	}
	w.m, w.job = m, j
	w.Start(j, w, block.Buffer, workMemory)
	w.mallocs = mallocs()
	kernel.SpawnMethod(kernel.Executor(), &workTask, "disk-work", w, (*diskWork).poll)
}

// stopDisk ends the work that this monitor has started, when what is in flight is done.
func (m *Shell) stopDisk() {
	if theWork.Alive() && theWork.m == m {
		theWork.Stop()
	}
}

func (w *diskWork) poll(cx *task.Context) task.Poll {
	if w.Poll(cx) == task.Pending {
		return task.Pending
	}
	ns := platform.Now() - w.BeganNS
	n := mallocs() - w.mallocs
	what := "bench"
	if w.job.Exercise {
		what = "exercise"
	}
	w.m.notice("%s: %d operations of %d bytes, %d errors, %d wrong, %d ns, %d allocations\n",
		what, w.Ops, w.job.Size, w.Errors, w.Wrong, ns, n)
	return task.Ready
}

// Failed is for the work.
func (w *diskWork) Failed(err error) { w.m.notice("%v\n", err) }

// Flushed is for the work. It is said where there is room: the next says more. It takes
// nothing from the heap.
func (w *diskWork) Flushed(n uint64) {
	m := w.m
	if m.out.Kept() > 0 {
		return
	}
	var text [32]byte
	b := append(strconv.AppendUint(append(text[:0], "flushed "...), n, 10), '\n')
	m.out.Write(b)
	if m.isIdle() && len(m.editor.Typed()) > 0 {
		m.prompt()
	}
}

func mallocs() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.Mallocs
}

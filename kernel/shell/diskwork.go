package shell

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/kernel/shell/exercise"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// diskWork is a task of its own that keeps a disk busy, beside the shell that has started
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

func (m *Shell) diskExercise(d block.Device, words []string) error {
	size := uint64(max(exercise.BlockSize, d.Info().BlockSize))
	if size > workMemory {
		return fmt.Errorf("%s has blocks of %d bytes: an exercise is of %d at most", d.Info().Name, size, workMemory)
	}
	most := d.Info().Sectors * block.SectorSize / size
	ops, err := console.Number("the number of operations", words[0], 1, 1<<32)
	if err != nil {
		return err
	}
	seed, err := console.Number("the seed", words[1], 0, 1<<63)
	if err != nil {
		return err
	}
	blocks, err := console.Number("how many blocks", words[2], exercise.Depth, min(most, 1<<16))
	if err != nil {
		return err
	}
	return m.startWork(exercise.Job{Disk: d, Ops: ops, Size: size, Exercise: true, Seed: seed, Blocks: blocks})
}

func (m *Shell) diskBench(d block.Device, words []string) error {
	op := block.Read
	switch words[0] {
	case "read":
	case "write":
		op = block.Write
	default:
		return fmt.Errorf("disk bench wants read or write, not %q", words[0])
	}
	i := d.Info()
	size, err := console.Number("the size of a request", words[2], uint64(i.BlockSize), min(workMemory, uint64(i.SectorsMost)*block.SectorSize))
	if err != nil {
		return err
	}
	if size%uint64(i.BlockSize) != 0 || i.Sectors*block.SectorSize < size {
		return fmt.Errorf("%d bytes are not whole blocks of %d bytes, or more than the disk has", size, i.BlockSize)
	}
	ops, err := console.Number("the number of requests", words[1], 1, 1<<32)
	if err != nil {
		return err
	}
	return m.startWork(exercise.Job{Disk: d, Ops: ops, Size: size, Op: op})
}

func (m *Shell) startWork(j exercise.Job) error {
	w := &theWork
	if w.Alive() {
		return errors.New("a disk is at work already")
	}
	w.m, w.job = m, j
	w.Start(j, w, block.Buffer, workMemory)
	w.mallocs = mallocs()
	kernel.SpawnMethod(kernel.Executor(), &workTask, "disk-work", w, (*diskWork).poll)
	return nil
}

// stopDisk ends the work that this shell has started, when what is in flight is done.
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
	if m.out.Kept() > 0 {
		m.serving.Wake()
	}
}

func mallocs() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.Mallocs
}

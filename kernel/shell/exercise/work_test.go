//go:build !tamago

package exercise

import (
	"errors"
	"testing"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/hal/fake"
	"github.com/tamagotake/tamagotake/rt/task"
)

// disk is a disk in memory that answers when the test says so.
type disk struct {
	info    block.Info
	image   []byte
	pending []*block.Request
	most    int // in flight so far
	others  int // of its depth is somebody else's
	gone    bool
	submits int
}

func newDisk(info block.Info) *disk {
	info.Name = "d"
	if info.Sectors == 0 {
		info.Sectors = 64 * 8
	}
	if info.Depth == 0 {
		info.Depth = 16
	}
	if info.BlockSize == 0 {
		info.BlockSize = block.SectorSize
	}
	info.SectorsMost = 128
	return &disk{info: info, image: make([]byte, info.Sectors*block.SectorSize)}
}

func (d *disk) Info() block.Info      { return d.info }
func (d *disk) Register(uint8) string { return "" }

func (d *disk) Submit(r *block.Request, w task.Waker) error {
	d.submits++
	if d.gone {
		return &block.Error{Device: "d", Op: r.Op, Sector: r.Sector, Reason: block.Gone}
	}
	if err := r.Begin(d, &d.info, w); err != nil {
		return err
	}
	if len(d.pending)+d.others >= d.info.Depth {
		r.Withdraw()
		return block.ErrFull
	}
	d.pending = append(d.pending, r)
	d.most = max(d.most, len(d.pending))
	return nil
}

// answer ends the oldest request.
func (d *disk) answer(reason block.Reason) {
	r := d.pending[0]
	d.pending = d.pending[1:]
	if reason == block.OK && r.Op != block.Flush {
		at := d.image[r.Sector*block.SectorSize:]
		if r.Op == block.Write {
			copy(at, r.Buf)
		} else {
			copy(r.Buf, at)
		}
	}
	r.Complete(reason, 0, 0)
}

// told is a listener.
type told struct {
	errors  []error
	flushed uint64
}

func (l *told) Failed(err error) { l.errors = append(l.errors, err) }
func (l *told) Flushed(n uint64) { l.flushed = n }

// work runs a job, with a disk that answers as the test says, until it is over.
func work(t *testing.T, d *disk, j Job, turn func(m *fake.Machine, w *Work)) (*Work, *told) {
	t.Helper()
	m := fake.New(t)
	j.Disk = d
	if j.Size == 0 {
		j.Size = BlockSize
	}
	w, l := new(Work), new(told)
	w.Start(j, l, block.Buffer, 8192)
	fake.SpawnMethod(m, "work", w, (*Work).Poll)
	for turns := 0; w.Alive(); turns++ {
		if turns == 100_000 {
			t.Fatalf("it never ends: %+v", w.Result)
		}
		turn(m, w)
		m.Advance(1e6)
	}
	return w, l
}

// answers is a disk that does what it is told.
func (d *disk) answers(*fake.Machine, *Work) {
	for len(d.pending) > 0 {
		d.answer(block.OK)
	}
}

func TestWork(t *testing.T) {
	for _, depth := range []int{1, 2, 5, 16} {
		d := newDisk(block.Info{Depth: depth, Cached: true})
		w, l := work(t, d, Job{Ops: 1000, Exercise: true, Seed: 7, Blocks: 64}, d.answers)
		if w.Ops != 1000 || w.Errors != 0 || w.Wrong != 0 || l.flushed != 1000 || d.most > min(depth, Depth) || depth > 1 && d.most < 2 {
			t.Errorf("depth %d: %+v, %d flushed, %d in flight: %v", depth, w.Result, l.flushed, d.most, l.errors)
		}
		w, l = work(t, d, Job{Ops: 300, Op: block.Read, Size: 512}, d.answers)
		if w.Ops != 300 || w.Errors != 0 || d.most > min(depth, Depth) {
			t.Errorf("depth %d: bench: %+v, %d in flight: %v", depth, w.Result, d.most, l.errors)
		}
	}
}

// Where others use the disk as well, what does not fit is tried again, and is no error.
func TestWorkFull(t *testing.T) {
	d := newDisk(block.Info{Depth: 4, Cached: true})
	turns := 0
	w, l := work(t, d, Job{Ops: 300, Exercise: true, Seed: 7, Blocks: 64}, func(m *fake.Machine, w *Work) {
		d.others = turns * 7 % 5 // 4: there is no room at all
		turns++
		if d.submits > 20*turns {
			t.Fatal("it asks all the time")
		}
		d.answers(m, w)
	})
	if w.Ops != 300 || w.Errors != 0 || w.Wrong != 0 {
		t.Errorf("%+v %v", w.Result, l.errors)
	}
}

// A disk that cannot be written has errors, and holds what it held: nothing is wrong.
func TestWorkReadOnly(t *testing.T) {
	d := newDisk(block.Info{ReadOnly: true})
	w, l := work(t, d, Job{Ops: 50, Exercise: true, Seed: 1, Blocks: 8}, d.answers)
	if w.Ops != 50 || w.Wrong != 0 || w.Errors < 10 || len(l.errors) != 3 || l.errors[0] != block.ErrReadOnly {
		t.Errorf("%+v %v", w.Result, l.errors)
	}
}

// What fails at the disk is old or new, and is not checked; what is really wrong is seen.
func TestWorkErrors(t *testing.T) {
	d := newDisk(block.Info{Cached: true})
	n := 0
	fails := func(*fake.Machine, *Work) {
		for len(d.pending) > 0 {
			if n++; n%5 == 0 {
				d.answer(block.Failed)
			} else {
				d.answer(block.OK)
			}
		}
	}
	if w, _ := work(t, d, Job{Ops: 1000, Exercise: true, Seed: 1, Blocks: 16}, fails); w.Ops != 1000 || w.Wrong != 0 || w.Errors < 100 {
		t.Errorf("%+v", w.Result)
	}
	spoils := func(*fake.Machine, *Work) {
		for len(d.pending) > 0 {
			d.answer(block.OK)
			clear(d.image)
		}
	}
	if w, _ := work(t, d, Job{Ops: 1000, Exercise: true, Seed: 1, Blocks: 16}, spoils); w.Wrong < 100 {
		t.Errorf("a disk that forgets: %+v", w.Result)
	}
}

// A disk that is taken out ends the work at once, be it a bench of any length.
func TestWorkGone(t *testing.T) {
	for _, exercise := range []bool{false, true} {
		d := newDisk(block.Info{Cached: true})
		turns := 0
		w, l := work(t, d, Job{Ops: 1 << 32, Exercise: exercise, Seed: 1, Blocks: 16, Op: block.Write}, func(m *fake.Machine, w *Work) {
			if turns++; turns == 5 {
				d.gone = true
				for len(d.pending) > 0 {
					d.answer(block.Gone)
				}
			}
			d.answers(m, w)
		})
		var e *block.Error
		if w.Ops > 200 || w.Errors == 0 || w.Wrong != 0 || !errors.As(l.errors[0], &e) || e.Reason != block.Gone {
			t.Errorf("exercise %v: %+v %v", exercise, w.Result, l.errors)
		}
	}
}

// Stopped, it begins nothing more, waits for what is in flight, and flushes.
func TestWorkStop(t *testing.T) {
	for _, exercise := range []bool{false, true} {
		d := newDisk(block.Info{Cached: true})
		turns := 0
		w, l := work(t, d, Job{Ops: 1 << 32, Exercise: exercise, Seed: 1, Blocks: 64}, func(m *fake.Machine, w *Work) {
			switch turns++; {
			case turns == 4:
				before := w.Ops
				w.Stop()
				m.Run()
				if len(d.pending) == 0 || !w.Alive() || w.Ops != before {
					t.Fatal("nothing was in flight, or it was not waited for, or more was begun")
				}
			default:
				d.answers(m, w)
			}
		})
		if w.Errors != 0 || w.Wrong != 0 || w.Ops == 0 || exercise && l.flushed != w.Ops || len(d.pending) != 0 {
			t.Errorf("exercise %v: %+v, %d flushed, %v", exercise, w.Result, l.flushed, l.errors)
		}
	}
}

// However fast a disk is, a poll begins a bounded number of operations.
func TestWorkInTurns(t *testing.T) {
	d := newDisk(block.Info{})
	d.gone = false
	m := fake.New(t)
	w, l := new(Work), new(told)
	w.Start(Job{Disk: refuses{d}, Ops: 5000, Size: 512, Op: block.Write}, l, block.Buffer, 512)
	begun := uint64(0)
	fake.Spawn(m, "work", func(out *task.None, cx *task.Context) task.Poll {
		p := w.Poll(cx)
		if w.Ops-begun > Depth+1 {
			t.Fatalf("%d operations in one poll", w.Ops-begun)
		}
		begun = w.Ops
		return p
	})
	if w.Alive() || w.Errors != 5000 {
		t.Errorf("%+v", w.Result)
	}
}

// refuses is a disk that is done at once: with an error.
type refuses struct{ *disk }

func (refuses) Submit(*block.Request, task.Waker) error { return block.ErrReadOnly }

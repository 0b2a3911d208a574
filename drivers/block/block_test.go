//go:build !tamago

package block

import (
	"errors"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/drivers"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// device takes one request at a time and completes it when the test says so.
type device struct {
	info Info
	has  *Request
}

func newDevice() *device {
	return &device{info: Info{Name: "fake", Sectors: 100, Depth: 1, SectorsMost: 8}}
}

func (d *device) Info() Info            { return d.info }
func (d *device) Register(uint8) string { return "STATUS" }

func (d *device) Submit(r *Request, w task.Waker) error {
	if err := r.Begin(d, &d.info, w); err != nil {
		return err
	}
	if d.has != nil {
		r.Withdraw()
		return ErrFull
	}
	d.has = r
	return nil
}

func (d *device) complete(reason Reason) {
	r := d.has
	d.has = nil
	r.Complete(reason, 1, 0xa5)
}

func TestCheck(t *testing.T) {
	buf := Buffer(16 * SectorSize)
	for _, c := range []struct {
		name string
		r    *Request
		want error
	}{
		{"first", &Request{Op: Read, Sector: 0, Buf: buf[:512]}, nil},
		{"last", &Request{Op: Write, Sector: 99, Buf: buf[:512]}, nil},
		{"to the end", &Request{Op: Read, Sector: 92, Buf: buf[:4096]}, nil},
		{"flush", &Request{Op: Flush}, nil},
		{"over the end", &Request{Op: Read, Sector: 93, Buf: buf[:4096]}, ErrRange},
		{"behind the end", &Request{Op: Read, Sector: 100, Buf: buf[:512]}, ErrRange},
		{"wraps around", &Request{Op: Read, Sector: 1<<64 - 1, Buf: buf[:1024]}, ErrRange},
		{"no buffer", &Request{Op: Read}, ErrSize},
		{"half a sector", &Request{Op: Read, Buf: buf[:256]}, ErrSize},
		{"too many sectors", &Request{Op: Read, Buf: buf[:9*512]}, ErrTooLarge},
		{"odd place", &Request{Op: Read, Buf: buf[8 : 8+512]}, ErrAlign},
		{"no such operation", &Request{Op: 3, Buf: buf[:512]}, ErrOp},
	} {
		d := newDevice()
		if err := d.Submit(c.r, task.Waker{}); err != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if taken := d.has != nil; taken != (c.want == nil) || c.r.Busy() != taken {
			t.Errorf("%s: taken %v, busy %v", c.name, taken, c.r.Busy())
		}
	}
	d := newDevice()
	d.info.BlockSize = 2048
	for _, c := range []struct {
		sector uint64
		size   int
		want   string
	}{
		{8, 2048, ""}, {4, 4096, ""},
		{8, 512, "block: the request is not whole blocks of the device: sector 8 and 512 bytes, with blocks of 2048 bytes"},
		{8, 3072, "block: the request is not whole blocks of the device: sector 8 and 3072 bytes, with blocks of 2048 bytes"},
		{9, 2048, "block: the request is not whole blocks of the device: sector 9 and 2048 bytes, with blocks of 2048 bytes"},
	} {
		err := d.Submit(&Request{Sector: c.sector, Buf: buf[:c.size]}, task.Waker{})
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want || !errors.Is(err, ErrBlock)) {
			t.Errorf("%d bytes at sector %d, with blocks of 2048: %v", c.size, c.sector, err)
		}
		if d.has != nil {
			d.complete(OK)
		}
	}
	d = newDevice()
	d.info.ReadOnly = true
	if err := d.Submit(&Request{Op: Write, Buf: buf[:512]}, task.Waker{}); err != ErrReadOnly {
		t.Errorf("write to a read-only device: %v", err)
	}
}

func TestErrorText(t *testing.T) {
	d := newDevice()
	r := Request{Op: Write, Sector: 7, Buf: Buffer(512)}
	if err := d.Submit(&r, task.Waker{}); err != nil {
		t.Fatal(err)
	}
	d.complete(Failed)
	isDone, err := !r.Busy(), r.Err()
	var e *Error
	if !isDone || !errors.As(err, &e) || err.Error() != "fake: write of sector 7: the device reports an error (STATUS 0xa5)" {
		t.Errorf("%v, %v", isDone, err)
	}
	if !errors.Is(err, drivers.ErrFailed) || errors.Is(err, drivers.ErrTimeout) {
		t.Error("it is not the error that package drivers has for it")
	}
	e.Op, e.Register = Flush, ""
	if e.Error() != "fake: flush: the device reports an error" {
		t.Error(e)
	}
	for r := OK; r <= Gone; r++ {
		if s := r.String(); strings.Contains(s, "unknown") {
			t.Errorf("reason %d is %s", r, s)
		}
	}
}

// user is a task that reads once.
type user struct {
	request Request
	sent    bool
	err     error
}

func (u *user) poll(d *device) task.Func[task.None] {
	return func(_ *task.None, cx *task.Context) task.Poll {
		if !u.sent {
			u.sent = true
			if u.err = d.Submit(&u.request, cx.Waker()); u.err != nil {
				return task.Ready
			}
		}
		isDone, err := u.request.Poll(cx) == task.Ready, u.request.Err()
		if !isDone {
			return task.Pending
		}
		u.err = err
		return task.Ready
	}
}

func TestWake(t *testing.T) {
	var exec sched.Executor
	var first, second task.Task[task.None]
	d := newDevice()
	a, b := user{request: Request{Buf: Buffer(512)}}, user{request: Request{Buf: Buffer(512)}}
	j, err := sched.Spawn(&exec, &first, nil, a.poll(d))
	if err != nil {
		t.Fatal(err)
	}
	exec.Tick()
	k, err := sched.Spawn(&exec, &second, nil, b.poll(d))
	if err != nil {
		t.Fatal(err)
	}
	exec.Tick()
	if !k.Done() || b.err != ErrFull {
		t.Errorf("a full device: %v, %v", k.Done(), b.err)
	}
	if tick := exec.Tick(); tick.Polled != 0 || j.Done() {
		t.Errorf("polled %d before completion", tick.Polled)
	}
	d.complete(OK)
	if tick := exec.Tick(); tick.Polled != 1 || !j.Done() || a.err != nil {
		t.Errorf("after completion: polled %d, %v", tick.Polled, a.err)
	}
}

// A cancelled task's request stays with the device until that is done with it.
func TestCancel(t *testing.T) {
	var exec sched.Executor
	var first task.Task[task.None]
	d := newDevice()
	u := user{request: Request{Buf: Buffer(512)}}
	j, err := sched.Spawn(&exec, &first, nil, u.poll(d))
	if err != nil {
		t.Fatal(err)
	}
	exec.Tick()
	j.Waker().Cancel()
	exec.Tick()
	if !j.Done() || !u.request.Busy() {
		t.Fatalf("cancelled: done %v, busy %v", j.Done(), u.request.Busy())
	}
	if err := d.Submit(&u.request, task.Waker{}); err != ErrBusy {
		t.Errorf("second use: %v", err)
	}
	if !u.request.Busy() {
		t.Error("done before completion")
	}
	d.complete(OK)
	if isDone, err := !u.request.Busy(), u.request.Err(); !isDone || err != nil {
		t.Errorf("%v, %v", isDone, err)
	}
}

// What every operation does takes nothing from the heap.
func TestNoAllocation(t *testing.T) {
	d := newDevice()
	r := Request{Buf: Buffer(512)}
	if n := testing.AllocsPerRun(100, func() {
		if err := d.Submit(&r, task.Waker{}); err != nil {
			t.Fatal(err)
		}
		d.complete(OK)
		if isDone, err := !r.Busy(), r.Err(); !isDone || err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The error of a request is one of a driver, with the register that said so.
func TestErrorIsADrivers(t *testing.T) {
	var e *drivers.Error
	err := error(&Error{Device: "vda", Op: Read, Reason: TimedOut, Register: "STATUS", Value: 5})
	if !errors.As(err, &e) || e.Device != "vda" || e.Register != "STATUS" || e.Value != 5 || !errors.Is(err, drivers.ErrTimeout) {
		t.Errorf("%v: %+v", err, e)
	}
}

//go:build !tamago

package virtioconsole

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtio/virtiotest"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

type bench struct {
	device virtiotest.Device
	port   Port
	exec   sched.Executor
	task   task.Task[task.None]
	waker  task.Waker
	sent   []byte // what the device was given
}

func newBench(t interface{ Fatal(...any) }) *bench {
	b := new(bench)
	b.device = virtiotest.Device{Type: virtio.TypeConsole, Features: 1<<32 | 3}
	b.device.Queues[receive].Max, b.device.Queues[transmit].Max = 64, 64
	b.device.Use()
	j, err := sched.SpawnMethod(&b.exec, &b.task, nil, &b.port, (*Port).Poll)
	if err != nil {
		t.Fatal(err)
	}
	b.exec.Tick()
	b.waker = j.Waker()
	tr, _, err := virtio.ProbeMMIO(virtiotest.Base)
	if err == nil {
		err = b.port.Start(&tr)
	}
	if err != nil {
		t.Fatal(err)
	}
	if b.device.Accepted != 1<<32 {
		t.Fatal("features that the driver does not know")
	}
	return b
}

func (b *bench) interrupt() {
	if b.device.Interrupt != 0 {
		b.waker.Wake()
	}
	b.exec.Tick()
}

// type puts what it can of p into receive buffers and returns the rest.
func (b *bench) typed(p []byte) []byte {
	for len(p) > 0 {
		head, chain, ok := b.device.Take(receive)
		if !ok {
			break
		}
		n := copy(chain[0].Bytes, p)
		b.device.Give(receive, uint32(head), uint32(n))
		p = p[n:]
	}
	return p
}

// transmit takes at most n buffers from the driver.
func (b *bench) transmit(n int) {
	for range n {
		head, chain, ok := b.device.Take(transmit)
		if !ok {
			return
		}
		b.sent = append(b.sent, chain[0].Bytes...)
		b.device.Give(transmit, uint32(head), 0)
	}
}

// However bytes come, are read, and are sent, all come through in order.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBench(t)
		data := make([]byte, rapid.IntRange(0, 20000).Draw(t, "bytes"))
		for i := range data {
			data[i] = byte(i * 7)
		}
		var got []byte
		in, out := data, data
		buf := make([]byte, 700)
		for idle := 0; len(got) < len(data) || len(b.sent) < len(data); idle++ {
			n, err := b.port.Sender().Send(out[:min(len(out), rapid.IntRange(0, 3000).Draw(t, "send"))])
			if err != nil {
				t.Fatal(err)
			}
			out = out[n:]
			if rapid.Bool().Draw(t, "type") || idle > 100 {
				in = b.typed(in)
			}
			b.transmit(rapid.IntRange(0, slots).Draw(t, "transmit") + idle/100)
			b.interrupt()
			if rapid.Bool().Draw(t, "read") || idle > 100 {
				n := b.port.Input.Read(buf)
				got = append(got, buf[:n]...)
				b.exec.Tick()
			}
			if idle > 1000 {
				t.Fatalf("stuck: %d of %d received, %d sent", len(got), len(data), len(b.sent))
			}
		}
		if !bytes.Equal(got, data) || !bytes.Equal(b.sent, data) {
			t.Fatal("other bytes, or in another order")
		}
	})
}

// Who waits for room is woken, and the device is told of it all at once.
func TestRoom(t *testing.T) {
	b := newBench(t)
	text := make([]byte, (slots+1)*bufferSize)
	var writer task.Task[task.None]
	j, err := sched.Spawn(&b.exec, &writer, nil, func(_ *task.None, cx *task.Context) task.Poll {
		for {
			n, err := b.port.Sender().Send(text)
			if err != nil {
				t.Error(err)
			}
			if text = text[n:]; len(text) == 0 {
				return task.Ready
			}
			if b.port.Sender().Poll(cx) == task.Pending {
				return task.Pending
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	b.exec.Tick()
	if j.Done() || len(text) != bufferSize {
		t.Fatalf("%d bytes left", len(text))
	}
	b.transmit(1)
	b.interrupt()
	if !j.Done() {
		t.Error("not woken")
	}
}

func TestReset(t *testing.T) {
	for name, act := range map[string]func(b *bench){
		"received too much":   func(b *bench) { b.device.Give(receive, 0, bufferSize+1) },
		"received in no slot": func(b *bench) { b.device.Give(receive, 99, 1) },
		"wrote what it sends": func(b *bench) { b.device.Give(transmit, 0, 1) },
		"needs reset":         func(b *bench) { b.device.NeedsReset() },
	} {
		b := newBench(t)
		if _, err := b.port.Sender().Send([]byte("lost")); err != nil {
			t.Fatal(err)
		}
		act(b)
		b.interrupt()
		if b.port.Resets() != 1 || !b.port.Present() {
			t.Errorf("%s: %d resets, present %v", name, b.port.Resets(), b.port.Present())
		}
		b.typed([]byte("in"))
		b.interrupt()
		buf := make([]byte, 8)
		n := b.port.Input.Read(buf)
		if _, err := b.port.Sender().Send([]byte("out")); err != nil || string(buf[:n]) != "in" {
			t.Errorf("%s: afterwards %q, %v", name, buf[:n], err)
		}
		b.transmit(slots)
		if string(b.sent) != "out" {
			t.Errorf("%s: sent %q", name, b.sent)
		}
	}
}

func TestGone(t *testing.T) {
	for name, act := range map[string]func(b *bench){
		"removed":   func(b *bench) { b.port.Remove() },
		"unplugged": func(b *bench) { b.device.Unplugged, b.device.Interrupt = true, 1 },
	} {
		b := newBench(t)
		act(b)
		b.interrupt()
		if _, err := b.port.Sender().Send([]byte("x")); err == nil || b.port.Present() {
			t.Errorf("%s: %v, present %v", name, err, b.port.Present())
		}
	}
}

func TestNoAllocation(t *testing.T) {
	b := newBench(t)
	b.device.Features = 0
	text, buf := make([]byte, 100), make([]byte, 100)
	if n := testing.AllocsPerRun(100, func() {
		if n, err := b.port.Sender().Send(text); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
		b.device.Give(transmit, 0, 0)
		b.interrupt()
		b.port.Input.Read(buf)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The device's task is over, whatever ended it: the next tick says that the device is gone.
func TestTaskEnds(t *testing.T) {
	b := newBench(t)
	b.port.Tick() // has not been polled with a device yet
	b.device.Interrupt = 1
	b.interrupt()
	if b.port.Tick(); !b.port.Present() {
		t.Fatal("given up although its task is alive")
	}
	b.waker.Cancel()
	b.exec.Tick()
	b.port.Tick()
	if _, err := b.port.Sender().Send([]byte("x")); err == nil || b.port.Present() {
		t.Errorf("%v, present %v", err, b.port.Present())
	}
}

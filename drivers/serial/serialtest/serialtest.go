//go:build !tamago

// Package serialtest is what the driver of every UART must do when it transmits, as tests: the
// driver's own tests bring a model of the device.
//
//	Run --> the driver's new: device and port
//	 |        a writer's task --> Output --> the driver's task --> FIFO --Shift--> Sent
//	 +------- Print, Drain ------------------------------------>
package serialtest

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// FIFO is the transmitting half of a model. The device embeds it, and calls Put for a byte that is
// written.
type FIFO struct {
	Size     int
	Out      []byte // not sent yet
	Sent     []byte
	Overruns int  // bytes written to a full FIFO
	Fast     bool // each byte is sent as it is written, as QEMU does
	Each     int  // so many are sent between two readings of the status
	Dead     bool // it sends nothing
}

// Transmitter returns the FIFO.
func (f *FIFO) Transmitter() *FIFO { return f }

// Put takes a byte, and reports whether there was room.
func (f *FIFO) Put(c byte) bool {
	if len(f.Out) == f.Size {
		f.Overruns++
		return false
	}
	f.Out = append(f.Out, c)
	return true
}

// Take sends up to n bytes, and reports whether any was sent.
func (f *FIFO) Take(n int) bool {
	if n = min(n, len(f.Out)); n == 0 || f.Dead {
		return false
	}
	f.Sent = append(f.Sent, f.Out[:n]...)
	f.Out = f.Out[n:]
	return true
}

// Device is a model of the device.
type Device interface {
	Transmitter() *FIFO
	// Shift sends up to n bytes of the FIFO, as time does.
	Shift(n int)
	// Receive has a byte come in, and returns how many bytes the device took.
	Receive() (n int)
	// Strikes reports whether the line interrupts now, once for each time.
	Strikes() bool
	// Transmits reports whether the device is to interrupt when it can take more.
	Transmits() bool
}

// Port is the driver.
type Port interface {
	Poll(cx *task.Context) task.Poll
	Start()
	Print(c byte)
	Drain()
}

// Subject is what is tested. New returns a device and its driver, before Start.
type Subject struct {
	New func() (Device, Port, *serial.Input, *serial.Output)
}

// Run runs all tests.
func Run(t *testing.T, s Subject) {
	t.Run("short text", s.shortText)
	t.Run("interrupts for each FIFO", s.interruptsPerFIFO)
	t.Run("all comes out", s.allComesOut)
	t.Run("silent device", s.silentDevice)
}

// bench is a port with its driver, and a task that writes text, waiting where there is no room.
type bench struct {
	Device
	*FIFO
	port Port
	in   *serial.Input
	out  *serial.Output
	exec sched.Executor

	driverTask, writerTask task.Task[task.None]
	driver, writer         task.Waker

	text       []byte // still to be written
	interrupts int
}

func (s Subject) bench(t interface{ Fatal(...any) }) *bench {
	b := new(bench)
	b.Device, b.port, b.in, b.out = s.New()
	b.FIFO = b.Device.Transmitter()
	spawn := func(tk *task.Task[task.None], poll func(cx *task.Context) task.Poll) task.Waker {
		j, err := sched.Spawn(&b.exec, tk, nil, func(_ *task.None, cx *task.Context) task.Poll { return poll(cx) })
		if err != nil {
			t.Fatal(err)
		}
		b.exec.Tick()
		return j.Waker()
	}
	b.driver = spawn(&b.driverTask, b.port.Poll)
	b.port.Start()
	b.interrupt()
	b.interrupts = 0
	b.writer = spawn(&b.writerTask, b.write)
	return b
}

// write is the writer's poll.
func (b *bench) write(cx *task.Context) task.Poll {
	for {
		b.text = b.text[b.out.Write(b.text):]
		if len(b.text) == 0 || b.out.Poll(cx) == task.Pending {
			return task.Pending
		}
	}
}

// says gives the writer more, and wakes it only if it does not wait for room.
func (b *bench) says(p []byte) {
	waiting := len(b.text) > 0
	b.text = append(b.text, p...)
	if !waiting {
		b.writer.Wake()
	}
}

// interrupt does what the waker layer does.
func (b *bench) interrupt() {
	if b.Strikes() {
		b.interrupts++
		b.driver.Wake()
	}
	b.exec.Tick()
}

func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i * 7)
	}
	return p
}

// A short text needs no interrupt: it is in the FIFO before Write returns.
func (s Subject) shortText(t *testing.T) {
	b := s.bench(t)
	b.says([]byte("hello"))
	b.interrupt()
	if string(b.Out) != "hello" {
		t.Fatalf("%q in the FIFO", b.Out)
	}
	b.Shift(5)
	b.interrupt()
	if b.interrupts != 0 || b.Transmits() {
		t.Errorf("%d interrupts, and one to come: %v", b.interrupts, b.Transmits())
	}
}

// A long one takes one interrupt for each full FIFO, on a device that takes its time and on
// one that takes none.
func (s Subject) interruptsPerFIFO(t *testing.T) {
	for _, fast := range []bool{false, true} {
		const fifos = 20
		b := s.bench(t)
		b.Fast = fast
		text := pattern(fifos * b.Size)
		b.says(text)
		for range 3 * fifos {
			b.interrupt()
			b.Shift(b.Size)
		}
		if b.interrupts != fifos-1 || !bytes.Equal(b.Sent, text) {
			t.Errorf("fast %v: %d interrupts, %d bytes sent", fast, b.interrupts, len(b.Sent))
		}
		if b.Overruns != 0 {
			t.Errorf("%d bytes written to a full FIFO", b.Overruns)
		}
	}
}

// However texts are written, printed and sent, and whatever comes in meanwhile, all come
// out in order, and neither the writer nor the driver is left asleep.
func (s Subject) allComesOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := s.bench(t)
		b.Fast = rapid.Bool().Draw(t, "fast")
		var written []byte // in the order of the ring
		next := byte(0)
		text := func(n int) []byte {
			p := make([]byte, n)
			for i := range p {
				p[i] = next
				next++
			}
			return p
		}
		input := 0
		t.Repeat(map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				p := text(rapid.SampledFrom([]int{1, 15, 16, 17, 100, 3000, 9000}).Draw(t, "n"))
				written = append(written, p...)
				b.says(p)
			},
			"print": func(t *rapid.T) {
				if len(b.text) > 0 {
					t.Skip("it would go before what the writer has")
				}
				b.interrupt()
				b.Each = 1 // the device goes on while it is waited for
				for _, c := range text(rapid.SampledFrom([]int{1, 20, 5000}).Draw(t, "n")) {
					written = append(written, c)
					b.port.Print(c)
				}
				b.Each = 0
			},
			"drain": func(t *rapid.T) {
				b.Each = 1
				b.port.Drain()
				b.Each = 0
				if len(b.Out) != 0 {
					t.Fatalf("%d bytes are in the FIFO", len(b.Out))
				}
			},
			"shift":   func(t *rapid.T) { b.Shift(rapid.IntRange(1, b.Size).Draw(t, "n")) },
			"receive": func(t *rapid.T) { input += b.Receive() },
			"":        func(t *rapid.T) { b.interrupt() },
		})
		for range (len(written)+b.Size-1)/b.Size*2 + 4 {
			b.Shift(b.Size)
			b.interrupt()
		}
		if !bytes.Equal(b.Sent, written) {
			t.Fatalf("%d bytes came out of %d, or others", len(b.Sent), len(written))
		}
		if b.Overruns != 0 {
			t.Fatalf("%d bytes written to a full FIFO", b.Overruns)
		}
		got := 0
		for range input {
			got += b.in.Read(make([]byte, 1))
			b.interrupt()
		}
		if got != input {
			t.Fatalf("%d bytes received of %d", got, input)
		}
		if s := b.out.Stat(); s.Abandoned != 0 || s.Bytes != uint64(len(written)) {
			t.Fatalf("%+v for %d bytes", s, len(written))
		}
	})
}

// A device that sends nothing: the writer waits, as it does for flow control, and can be
// given up; what cannot wait gives up after a bounded time and is counted.
func (s Subject) silentDevice(t *testing.T) {
	const ring = 4096
	b := s.bench(t)
	b.Dead = true
	b.says(pattern(5000))
	for range 10 {
		b.interrupt()
	}
	if len(b.text) != 5000-ring { // the FIFO's are not half a ring
		t.Fatalf("%d bytes are still to be written", len(b.text))
	}
	if b.out.Stat().Waits == 0 {
		t.Error("no wait was counted")
	}
	for range b.Size + 1 { // one more than there is room for
		b.port.Print('x')
	}
	if s := b.out.Stat(); s.Abandoned != 1 {
		t.Errorf("%+v after a byte that there is no room for", s)
	}
	b.port.Drain()
	if s := b.out.Stat(); s.Abandoned != 1+ring || !b.out.Empty() {
		t.Errorf("%+v after Drain", s)
	}
}

//go:build tamago

// Command channels is an image that passes values and bytes from a real-time task to
// one at thread level, as fast as both can, through a channel and a pipe, while
// goroutines keep the collector at work and the timer interrupts at random places.
//
//	timer --wake--> producer, real-time --> channel, pipe --> consumer, thread
//	                    ^                                        |
//	                    +------------- there is room again ------+
//
// At times the producer does not wait for room but tries, and is then polled from the next
// interrupt, which may have struck the consumer anywhere.
//
// The consumer knows what must come. It says what it has found line by line, "ok" or
// "FAILED" first, and switches the machine off. The test beside it reads that.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/qemu/images/machine"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/tasksync"
)

const (
	values = 200_000
	bytes  = 4_000_000
)

var (
	executor     sched.Executor
	producerTask task.Task[task.None]
	consumerTask task.Task[task.None]
	over         atomic.Bool
	full         uint32 // polls that found no room
)

func main() {
	fmt.Printf("channels, %s %s\n", runtime.Version(), runtime.GOARCH)
	go executor.Run()
	go collect()
	channel.Init(places[:])
	pipe.Init(memory[:])
	stream("channel", produceValues, consumeValues, func() bool { return received == values && wrong == 0 },
		func() string {
			return fmt.Sprintf("%d values of %d, %d wrong, checksum %08x", received, values, wrong, sum)
		})
	stream("pipe", produceBytes, consumeBytes, func() bool { return read == bytes && wrong == 0 },
		func() string { return fmt.Sprintf("%d bytes of %d, %d wrong, checksum %08x", read, bytes, wrong, sum) })
	over.Store(true)
	fmt.Println("end")
	machine.Halt()
}

// stream runs one producer and one consumer to the end.
func stream(name string, produce, consume task.Func[task.None], right func() bool, found func() string) {
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	wrong, sum, full = 0, 0, 0
	c, err := sched.Spawn(&executor, &consumerTask, task.Named("consumer"), consume)
	if err != nil {
		check.Report(false, "%s: %v", name, err)
		return
	}
	p, err := sched.Spawn(&sched.Normal, &producerTask, task.Named("producer"), produce)
	if err != nil {
		check.Report(false, "%s: %v", name, err)
		return
	}
	irq.Register(machine.LineTimer, "timer", irq.Edge, p.Waker())
	again()
	for !c.Done() || !p.Done() {
		runtime.Gosched()
	}
	runtime.ReadMemStats(&now)
	_, err = p.Take()
	check.Report(right() && err == nil, "%s: %s, producer: %v", name, found(), err)
	_, err = c.Take()
	check.Report(err == nil, "%s: consumer: %v", name, err)
	check.Report(full > 100, "%s: %d polls that found no room", name, full)
	check.Report(now.NumGC-before.NumGC > 20, "%s: %d collections meanwhile", name, now.NumGC-before.NumGC)
}

// collect keeps the collector at work.
func collect() {
	for n := 0; !over.Load(); n++ {
		garbage[n%len(garbage)] = make([]byte, 64+n%4000)
		runtime.GC()
		runtime.Gosched()
	}
}

var garbage [64][]byte

// random is a small generator without state of the runtime (Marsaglia, "Xorshift RNGs",
// 2003).
type random uint32

//go:nosplit
func (r *random) next() uint32 {
	x := uint32(*r)
	x ^= x << 13
	x ^= x >> 17
	x ^= x << 5
	*r = random(x)
	return x
}

const seed random = 2463534242

// distance is when the timer interrupts next.
var distance = seed

//go:nosplit
func again() { platform.SetAlarm(platform.Now() + int64(500+distance.next()%5000)) }

// The channel: numbered values, each with what its number makes.

type sample struct{ n, made uint32 }

var (
	channel  tasksync.Channel[sample]
	places   [64]sample
	sends    tasksync.Wait
	receives tasksync.Wait

	sent, received, wrong int
	sum                   uint32
	making, expected      = seed, seed
)

// Each bounds a poll of its side. A tick of the consumer's executor is many polls, and after
// each the collector has its turn.
const (
	batch      = 100
	tookValues = 4
)

// produceValues sends until there is no room, or for a while.
//
//tamagotake:realtime
func produceValues(_ *task.None, cx *task.Context) task.Poll {
	again()
	waits := sends.Waiting() || distance.next()&64 != 0
	for range 1 + distance.next()%batch {
		if sent == values {
			channel.Close()
			return task.Ready
		}
		next := making
		v := sample{uint32(sent), next.next()}
		r := tasksync.Busy
		if waits {
			r = channel.Send(cx, &sends, v)
		} else {
			r = channel.TrySend(v)
		}
		if r != tasksync.Ready {
			full++
			return task.Pending
		}
		making = next
		sent++
	}
	return task.Pending
}

func consumeValues(_ *task.None, cx *task.Context) task.Poll {
	for range tookValues {
		var v sample
		switch channel.Receive(cx, &receives, &v) {
		case tasksync.Pending:
			return task.Pending
		case tasksync.Closed:
			return task.Ready
		}
		if v.n != uint32(received) || v.made != expected.next() {
			wrong++
		}
		sum = sum*31 + v.made
		received++
	}
	cx.Waker().Wake()
	return task.Pending
}

// The pipe: bytes, in pieces of any length.

var (
	pipe   tasksync.Pipe
	memory [1000]byte
	writes tasksync.Wait
	reads  tasksync.Wait

	written, read          int
	piece                  [200]byte
	from, to               int // what of the piece is to be written
	makingBytes, sameBytes = seed, seed
)

// produceBytes writes until there is no room, or for a while.
//
//tamagotake:realtime
func produceBytes(_ *task.None, cx *task.Context) task.Poll {
	again()
	waits := writes.Waiting() || distance.next()&64 != 0
	for range 1 + distance.next()%batch {
		if written == bytes {
			pipe.Close()
			return task.Ready
		}
		if from == to {
			from, to = 0, min(1+int(distance.next()%uint32(len(piece))), bytes-written)
			for i := range to {
				piece[i%len(piece)] = byte(makingBytes.next() >> 13)
			}
		}
		n, r := 0, tasksync.Busy
		if waits {
			n, r = pipe.Write(cx, &writes, piece[from:to])
		} else {
			n, r = pipe.TryWrite(piece[from:to])
		}
		if r != tasksync.Ready {
			full++
			return task.Pending
		}
		from += n
		written += n
	}
	return task.Pending
}

func consumeBytes(_ *task.None, cx *task.Context) task.Poll {
	var b [150]byte
	n, r := pipe.Read(cx, &reads, b[:1+read%len(b)])
	switch r {
	case tasksync.Pending:
		return task.Pending
	case tasksync.Closed:
		return task.Ready
	}
	for _, c := range b[:n] {
		if c != byte(sameBytes.next()>>13) {
			wrong++
		}
		sum = sum*31 + uint32(c)
	}
	read += n
	cx.Waker().Wake()
	return task.Pending
}

//go:build tamago && amd64

// Command tamago is a program on TamaGo as it is, with nothing of this kernel.
// It measures what qemu/images/latency and qemu/images/sleep do for this kernel: how long it takes from
// the moment an interrupt is due to the application's handling code, and how late a wait of a
// millisecond ends. Under QEMU with -icount shift=0 the nanoseconds that it prints are instructions.
//
//	paths       interrupt  the function that CPU.ServiceInterrupts was given, in the goroutine that called
//	                       it, up to its first statement
//	            goroutine  time.Sleep
//	situations  idle       nothing else is to be done; for interrupt the processor is halted
//	            busy       a goroutine computes, and yields every few thousand instructions
//	            gc         one goroutine allocates, and yields every 32 times or so; another has the
//	                       collector always at work
//
// At the end it tries a goroutine that never yields, and says whether it was interrupted, and whether
// another goroutine's sleep ended meanwhile.
//
// The command measure builds it with TamaGo's distribution of Go, boots it, and reads what is printed.
package main

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tamagotake/tamagotake/qemu/measure/tamago/board"
)

const (
	samples  = 1000
	periodNS = 1e6
	neverNS  = 1e8 // how long a goroutine that never yields computes
)

// vector is one that neither TamaGo nor the machine uses.
const vector = 0x60

// setTimer sets the local APIC's timer to n instructions from now and returns the counter before that,
// in the instruction before.
func setTimer(n uint32) uint64

// prepareTimer has it count nanoseconds once, and interrupt with a vector.
func prepareTimer(vector uint32)

func counter() uint64

var (
	stamp uint64 // the counter at the first statement of the handling code; 0 until then
	woken = make(chan struct{}, 1)
)

func handle(irq int) {
	now := counter()
	if irq != vector {
		print("FAILED interrupt ", irq, "\n")
	}
	stamp = now
	select {
	case woken <- struct{}{}:
	default:
	}
}

func main() {
	mainAt := counter()
	cpu := board.CPU
	fmt.Printf("tamago, %s %s\nmain at %d\n", runtime.Version(), runtime.GOARCH, mainAt)

	cpu.LAPIC.Enable()
	prepareTimer(vector)
	go cpu.ServiceInterrupts(handle)
	settle()
	show("idle", "interrupt", interrupts(func() { <-woken }))
	show("busy", "interrupt", interrupts(func() { spin(2000); runtime.Gosched() }))
	var stop atomic.Bool
	collect(&stop)
	show("gc", "interrupt", interrupts(litter))
	stop.Store(true)
	settle()

	for _, s := range []struct {
		name string
		load func(stop *atomic.Bool)
	}{{"idle", func(*atomic.Bool) {}}, {"busy", compute}, {"gc", allocate}} {
		var stop atomic.Bool
		s.load(&stop)
		runtime.Gosched()
		list := goroutine()
		stop.Store(true)
		settle()
		show(s.name, "goroutine", list)
	}
	never()
	fmt.Println("end")
	select {}
}

// settle lets the others come to where they wait.
func settle() {
	for range 100 {
		runtime.Gosched()
	}
}

func load(p *uint64) uint64 { return atomic.LoadUint64(p) }

// interrupts sets the timer again and again, and does what the situation is until the stamp is there.
func interrupts(situation func()) (list []int32) {
	random := uint32(2463534242)
	for range samples {
		settle() // the interrupt before is served, and the next can come
		select {
		case <-woken:
		default:
		}
		random ^= random << 13
		random ^= random >> 17
		random ^= random << 5
		n := 20000 + random%2000
		stamp = 0
		due := setTimer(n) + 1 + uint64(n)
		for load(&stamp) == 0 {
			situation()
		}
		list = append(list, int32(stamp-due))
	}
	return list
}

func goroutine() (list []int32) {
	for range samples {
		at := counter() + periodNS
		time.Sleep(periodNS)
		list = append(list, int32(counter()-at))
	}
	return list
}

//lint:ignore U1000 written, so that the loop is not left out
var spun int

//go:noinline
func spin(n int) {
	for i := range n {
		spun += i
	}
}

func compute(stop *atomic.Bool) {
	go func() {
		for !stop.Load() {
			spin(2000)
			runtime.Gosched()
		}
	}()
}

var (
	garbage [64][]byte
	number  uint32 = 1
)

// litter makes work for the collector.
func litter() {
	number = number*1664525 + 1013904223
	garbage[number>>26] = make([]byte, 64+number>>20)
	if number>>8%32 == 0 {
		runtime.Gosched()
	}
}

func collect(stop *atomic.Bool) {
	go func() {
		for !stop.Load() {
			runtime.GC()
		}
	}()
}

func allocate(stop *atomic.Bool) {
	collect(stop)
	go func() {
		for !stop.Load() {
			litter()
		}
	}()
}

// never has an interrupt, and another goroutine's sleep, come due 1 ms after a goroutine has begun to
// compute for 100 ms without yielding.
func never() {
	var slept uint64
	go func() {
		time.Sleep(periodNS)
		atomic.StoreUint64(&slept, counter())
	}()
	settle()
	stamp = 0
	due := setTimer(periodNS) + 1 + periodNS
	for counter() < due+neverNS {
	}
	during := load(&stamp)
	duringSleep := load(&slept)
	for load(&stamp) == 0 || load(&slept) == 0 {
		runtime.Gosched()
	}
	fmt.Printf("never yields for %d: handled meanwhile %v, %d late; sleep over meanwhile %v, %d late\n",
		int64(neverNS), during != 0, stamp-due, duringSleep != 0, slept-due)
}

func show(situation, path string, list []int32) {
	counts := map[int32]int{}
	for _, v := range list {
		counts[v]++
	}
	fmt.Printf("%s %s", situation, path)
	for _, v := range slices.Sorted(maps.Keys(counts)) {
		fmt.Printf(" %d*%d", v, counts[v])
	}
	fmt.Println()
}

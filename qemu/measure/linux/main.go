//go:build linux && amd64 && !tamago

// Command linux is the first program of a Linux guest, and all that there is in it. It measures how
// late a wait of a millisecond ends, as qemu/images/sleep does for this kernel. Under QEMU with
// -icount shift=0 the nanoseconds that it prints are instructions.
//
//	paths       process    a process with SCHED_FIFO reads an absolute timerfd: it has one thread,
//	                       and nothing of the Go runtime runs in it
//	            goroutine  time.Sleep in a goroutine of an ordinary Go program, GOMAXPROCS=1
//	situations  idle       nothing else is to be done
//	            busy       another process, or goroutine, computes and never yields
//	            kernel     another process is in the kernel nearly always: it maps 4 MiB and unmaps them
//	            gc         one goroutine allocates, and yields every 32 times or so; another has the
//	                       collector always at work
//
// Lateness counts from the time that was asked for to the reading of the clock behind the wait. So it
// includes the timer's interrupt, the scheduler, the switch to the process, the way out of the system
// call, and the reading, by the vDSO, whose cost it prints.
//
// qemu/measure puts it into an initramfs, boots that, and reads what is printed.
package main

import (
	"fmt"
	"maps"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const (
	samples  = 1000
	periodNS = 1e6

	tcsbrk = 0x5409 // tcdrain
)

// counter is the processor's, which counts instructions since reset.
func counter() uint64

// nanotime is CLOCK_MONOTONIC. The child of a fork may call it.
//
//go:linkname nanotime runtime.nanotime
func nanotime() int64

func main() {
	mainAt := counter()
	if len(os.Args) > 1 && os.Args[1] == "hello" {
		fmt.Printf("hello\nmain at %d\nend\n", mainAt)
		powerOff()
	}
	fmt.Printf("linux, %s\n", release())
	fmt.Printf("main at %d\n", mainAt)
	runtime.GOMAXPROCS(1)
	first := nanotime()
	fmt.Printf("reading the clock takes %d\n", nanotime()-first)
	firstCount := counter()

	for _, s := range []struct {
		name string
		load func()
	}{{"idle", nil}, {"busy", spin}, {"kernel", mapAndUnmap}} {
		child := 0
		if s.load != nil {
			child = fork(s.load)
		}
		time.Sleep(20 * time.Millisecond) // what was begun is under way
		show(s.name, "process", process())
		if child != 0 {
			check(syscall.Kill(child, syscall.SIGKILL))
			syscall.Wait4(child, nil, 0, nil)
		}
	}
	for _, s := range []struct {
		name string
		load func(stop *atomic.Bool)
	}{{"idle", func(*atomic.Bool) {}}, {"busy", compute}, {"gc", collect}} {
		var stop atomic.Bool
		s.load(&stop)
		time.Sleep(20 * time.Millisecond)
		list := goroutine()
		stop.Store(true)
		show(s.name, "goroutine", list)
	}
	fmt.Printf("the clock has gone %d in %d instructions\n", nanotime()-first, counter()-firstCount)
	fmt.Println("end")
	powerOff()
}

func check(err error) {
	if err != nil && err != syscall.Errno(0) {
		fmt.Println("FAILED", err)
		powerOff()
	}
}

func powerOff() {
	syscall.Syscall(syscall.SYS_IOCTL, 1, tcsbrk, 1) // until the console has sent what was printed
	syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF)
	select {}
}

// fork has a child process run f, which returns to the end of the child. The child has none of the
// other threads, so it must not need them: f allocates nothing and waits by raw system calls only.
func fork(f func()) (pid int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	id, _, errno := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	if errno == 0 && id == 0 {
		f()
		syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
	}
	check(errno)
	return int(id)
}

func spin() {
	//lint:ignore SA5002 it is there to use the processor
	for {
	}
}

func mapAndUnmap() {
	const size = 4 << 20
	for {
		at, _, errno := syscall.RawSyscall6(syscall.SYS_MMAP, 0, size, syscall.PROT_READ|syscall.PROT_WRITE,
			syscall.MAP_PRIVATE|syscall.MAP_ANONYMOUS|syscall.MAP_POPULATE, ^uintptr(0), 0)
		if errno != 0 {
			return
		}
		syscall.RawSyscall(syscall.SYS_MUNMAP, at, size, 0)
	}
}

// result is in memory that the child shares.
type result struct {
	errno uint32
	late  [samples]int32
}

const (
	sysTimerfdCreate  = 283
	sysTimerfdSettime = 286
	timerAbstime      = 1
	clockMonotonic    = 1
	schedFIFO         = 1
)

// process measures in a child.
func process() []int32 {
	b, err := syscall.Mmap(-1, 0, int(unsafe.Sizeof(result{})), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_ANONYMOUS)
	check(err)
	r := (*result)(unsafe.Pointer(&b[0]))
	*r = result{errno: ^uint32(0)} // which also has the memory there before the first sample
	var status syscall.WaitStatus
	_, err = syscall.Wait4(fork(func() { r.errno = uint32(r.measure()) }), &status, 0, nil)
	check(err)
	if r.errno != 0 {
		fmt.Println("FAILED", syscall.Errno(r.errno), status)
		powerOff()
	}
	return r.late[:]
}

func (r *result) measure() syscall.Errno {
	priority := uint32(50)
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETSCHEDULER, 0, schedFIFO, uintptr(unsafe.Pointer(&priority))); errno != 0 {
		return errno
	}
	fd, _, errno := syscall.RawSyscall(sysTimerfdCreate, clockMonotonic, 0, 0)
	if errno != 0 {
		return errno
	}
	var expired uint64
	var when struct{ interval, value syscall.Timespec }
	for i := range r.late {
		at := nanotime() + periodNS
		when.value = syscall.Timespec{Sec: at / 1e9, Nsec: at % 1e9}
		if _, _, errno := syscall.RawSyscall6(sysTimerfdSettime, fd, timerAbstime, uintptr(unsafe.Pointer(&when)), 0, 0, 0); errno != 0 {
			return errno
		}
		if _, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&expired)), 8); errno != 0 {
			return errno
		}
		r.late[i] = int32(nanotime() - at)
	}
	return 0
}

func goroutine() (list []int32) {
	for range samples {
		at := nanotime() + periodNS
		time.Sleep(periodNS)
		list = append(list, int32(nanotime()-at))
	}
	return list
}

// compute has no call in its loop, and so no point at which it would yield.
func compute(stop *atomic.Bool) {
	go func() {
		for !stop.Load() {
		}
	}()
}

var garbage [64][]byte

func collect(stop *atomic.Bool) {
	go func() {
		for !stop.Load() {
			runtime.GC()
		}
	}()
	go func() {
		for n := uint32(1); !stop.Load(); n = n*1664525 + 1013904223 {
			garbage[n>>26] = make([]byte, 64+n>>20)
			if n>>8%32 == 0 {
				runtime.Gosched()
			}
		}
	}()
}

func show(situation, path string, list []int32) {
	counts := map[int32]int{}
	for _, v := range list {
		counts[v]++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", situation, path)
	for _, v := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, " %d*%d", v, counts[v])
	}
	fmt.Println(b.String())
}

// release is that of the kernel, how it is preempted if it tells, and its clock.
func release() string {
	var u syscall.Utsname
	check(syscall.Uname(&u))
	text := func(s []int8) (t string) {
		for _, c := range s {
			if c == 0 {
				break
			}
			t += string(rune(c))
		}
		return t
	}
	os.Mkdir("/sys", 0o755)
	syscall.Mount("none", "/sys", "sysfs", 0, "")
	clock, _ := os.ReadFile("/sys/devices/system/clocksource/clocksource0/current_clocksource")
	return fmt.Sprintf("%s, %s, clock %s", text(u.Release[:]), text(u.Version[:]), strings.TrimSpace(string(clock)))
}

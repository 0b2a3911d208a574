//go:build tamago

package shell

import (
	"fmt"
	"hash/crc32"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/irq"
	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Command is one word that the shell knows.
type Command struct {
	Name string
	Args string // what follows, for help; nothing may if this is empty
	Help string // one line

	// Run gets what stands behind the word, without the spaces around. It is a part of the poll of
	// the shell's task: it must not wait. See [Shell.Go].
	Run func(s *Shell, args string)
}

// Add adds commands to those that every shell has. One with a name that is there already takes
// its place. Before [Start].
func Add(list ...Command) {
	for _, c := range list {
		if i := slices.IndexFunc(commands, func(o Command) bool { return o.Name == c.Name }); i >= 0 {
			commands[i] = c
			continue
		}
		commands = append(commands, c)
	}
}

// commands is filled by init, since help refers to it.
var commands []Command

func init() {
	commands = []Command{
		{"help", "", "this list; Ctrl-C ends a command, or at an empty line the work beside it", (*Shell).help},
		{"tasks", "", "every task: id, name, state, polls, wakes", (*Shell).tasks},
		{"irqs", "", "every interrupt line: number, name, count, spurious", (*Shell).irqs},
		{"mem", "", "memory of the Go runtime", (*Shell).mem},
		{"uptime", "", "time since the machine was switched on; sleeps that have ended, halts", (*Shell).uptime},
		{"sleep", "TIME...", "a task for each TIME, such as 1.5s, 10ms or 700 (ns), that sleeps and says so", (*Shell).sleep},
		{"echo", "TEXT", "print TEXT", (*Shell).echo},
		{"print", "BYTES", "print a text of that many bytes, and its CRC-32", (*Shell).print},
		{"recv", "BYTES", "take the next BYTES as they are; print how many and their CRC-32; a Ctrl-C alone for a second ends it", (*Shell).receive},
		{"disk", "...", "block devices; NAME read, write, sum, flush ...: see disk help", (*Shell).disk},
		{"rng", "[BYTES]", "random bytes of the random device, 16 if not said", (*Shell).rng},
		{"unmask", "LINE", "let an interrupt line through, whether or not it is registered", (*Shell).unmask},
		{"uart", "", "the console's port: bytes, waits for room, errors", (*Shell).uart},
		{"date", "[DATE|sync]", "show the date, set it, or take it when the clock's next second begins", (*Shell).date},
		{"wdog", "[...]", "the watchdog: start SECONDS [NAME], feed, stop, hang masked|thread", (*Shell).wdog},
		{"timer", "NAME MS COUNT [BUSY]", "COUNT events of a hardware timer, every MS ms; none is taken for BUSY ms after the first", (*Shell).timer},
		{"load", "on|off", "a goroutine that allocates without end, to keep the collector busy", (*Shell).load},
		{"fault", "[TASK [HOW]]", "dereference nil in a task, or in rt, timer, uart, monitor; HOW: budget (a poll without end), always", (*Shell).fault},
		{"crash", "[after]", "dereference nil outside of any task; after 100 lines that have not been sent yet", (*Shell).crash},
		{"reboot", "", "restart the machine", (*Shell).reboot},
		{"halt", "", "switch the machine off", (*Shell).halt},
	}
	commands = append(commands, machineCommands...)
}

// execute runs one line.
func (m *Shell) execute(text string) {
	name, args := console.Split(text)
	if name == "" {
		return
	}
	for _, c := range commands {
		if c.Name != name {
			continue
		}
		if c.Args == "" && args != "" {
			m.printf("%s takes no arguments, not %q\n", name, args)
			return
		}
		c.Run(m, args)
		return
	}
	m.printf("unknown command %q: try help\n", name)
}

func (m *Shell) printf(format string, args ...any) {
	fmt.Fprintf(&m.out, format, args...)
}

func (m *Shell) help(string) {
	rest := commands
	m.lines(func() bool {
		c := rest[0]
		m.printf("  %-12s %s\n", strings.TrimSpace(c.Name+" "+c.Args), c.Help)
		rest = rest[1:]
		return len(rest) > 0
	})
}

// tasks lists the tasks, the newest first: so the number of tasks neither makes a turn longer
// nor takes memory, and those of the start are what is above the prompt at the end.
func (m *Shell) tasks(string) {
	m.printf("%4s  %-14s %-10s %10s %10s\n", "id", "name", "state", "polls", "wakes")
	var at task.Cursor
	m.lines(func() bool {
		more := at.Next(1, func(t task.Info) {
			m.printf("%4d  %-14s %-10s %10d %10d\n", t.ID, t.Name, t.State, t.Polls, t.Wakes)
		})
		if n := task.Stale(); !more && n != 0 {
			m.printf("%d uses of handles after the end of their task\n", n)
		}
		return more
	})
}

func (m *Shell) irqs(string) {
	m.printf("%5s  %-10s %10s %10s\n", "line", "name", "count", "spurious")
	next := uint32(0)
	m.lines(func() (more bool) {
		irq.Snapshot(next, func(s irq.Stat) bool {
			m.printf("%5d  %-10s %10d %10d\n", s.Line, s.Name, s.Count, s.Spurious)
			next, more = s.Line+1, true
			return false
		})
		return more
	})
}

func (m *Shell) mem(string) {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	start, end := runtime.MemRegion()
	dataStart, dataEnd := runtime.DataRegion()
	const kib = 1024
	m.printf("memory  %8d KiB of the machine\n", (end-start)/kib)
	m.printf("static  %8d KiB of variables\n", (dataEnd-dataStart)/kib)
	m.printf("runtime %8d KiB taken from the machine\n", s.Sys/kib)
	m.printf("heap    %8d KiB in use, %d objects\n", s.HeapAlloc/kib, s.HeapObjects)
	m.printf("mallocs %8d, frees %d, collections %d\n", s.Mallocs, s.Frees, s.NumGC)
}

func (m *Shell) uptime(string) {
	m.printf("%s, %d sleeps, %d halts\n", time.Duration(platform.Now()).Truncate(time.Millisecond), kernel.SleepsEnded(), platform.Halts())
}

func (m *Shell) echo(args string) {
	m.printf("%s\n", args)
}

// print is the other way of recv. The text comes piece by piece, each when the one before
// is on its way. The CRC-32 is of the text with its lines ended by LF alone.
func (m *Shell) print(args string) {
	size, err := strconv.ParseUint(args, 10, 32)
	if err != nil || size == 0 {
		m.printf("print wants a number of bytes from 1 to %d, not %q\n", uint32(1<<32-1), args)
		return
	}
	const width = 64
	crc, at := crc32.NewIEEE(), uint64(0)
	m.later(func(cx *task.Context) bool {
		var piece [1024]byte
		p := piece[:min(size-at, uint64(len(piece)))]
		for i := range p {
			if p[i] = byte(' ' + (at+at/width)%('~'-' ')); at%width == width-1 {
				p[i] = '\n'
			}
			at++
		}
		m.out.Write(p)
		crc.Write(p)
		if at < size {
			return again(cx)
		}
		m.printf("\nprinted %d bytes, crc32 %08x\n", size, crc.Sum32())
		return true
	}, nil)
}

func (m *Shell) uart(string) {
	in, port := kernel.SystemConsole()
	out := port.Stat()
	received, stalls := in.Received()
	m.printf("received %10d bytes, %d stalls, %d overruns, %d framing errors, %d parity errors, %d breaks\n",
		received, stalls, in.Overruns, in.FramingErrors, in.ParityErrors, in.Breaks)
	m.printf("sent     %10d bytes, %d waits for room, %d bytes by polling, %d given up\n",
		out.Bytes, out.Waits, out.Polled, out.Abandoned)
}

// loadStop ends the goroutine of load on.
var loadStop chan struct{}

func (m *Shell) load(args string) {
	switch {
	case args == "on" && loadStop == nil:
		loadStop = make(chan struct{})
		go allocate(loadStop)
	case args == "off" && loadStop != nil:
		close(loadStop)
		loadStop = nil
	case args == "on" || args == "off":
		m.printf("load is %s already\n", args)
	default:
		m.printf("load wants on or off, not %q\n", args)
	}
}

var sink [64][]byte

// allocate keeps the collector busy, and yields as a goroutine does that computes.
func allocate(stop <-chan struct{}) {
	for i := 0; ; i++ {
		sink[i%len(sink)] = make([]byte, 4096)
		if i%200 == 0 {
			select {
			case <-stop:
				clear(sink[:])
				return
			default:
				runtime.Gosched()
			}
		}
	}
}

func (m *Shell) crash(args string) {
	if args != "" && args != "after" {
		m.printf("crash wants nothing, or after, not %q\n", args)
		return
	}
	go func() {
		if args != "" {
			platform.MaskInterrupts() // so that the lines are still with the driver
			for i := range 100 {
				fmt.Fprintf(os.Stdout, "line %d before the crash\n", i)
			}
		}
		var p *int
		*p = 1
	}()
	select {} // the monitor prints nothing more
}

func (m *Shell) reboot(string) {
	m.printf("rebooting\n")
	m.leave = kernel.Reboot
}

func (m *Shell) halt(string) {
	m.printf("halting\n")
	m.leave = kernel.Halt
}

// unmask opens a line that nobody has registered, to see what becomes of it.
func (m *Shell) unmask(args string) {
	n, err := strconv.ParseUint(args, 10, 32)
	if err != nil || n >= irq.Lines {
		m.printf("unmask wants the number of a line, 0 to %d, not %q\n", irq.Lines-1, args)
		return
	}
	irq.Unmask(uint32(n))
}

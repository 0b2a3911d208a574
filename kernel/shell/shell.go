//go:build tamago

package shell

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const (
	prompt = "tamagotake> "
	ctrlC  = 0x03
)

// Shell is the task that talks to the person at one console. It reads what the
// driver's task has received, edits it into lines and runs the commands.
//
// A command that waits, or has more to say than a few lines, goes on in turns: see
// [Shell.later]. Ctrl-C ends it. What is typed meanwhile comes after it.
type Shell struct {
	out    console.Writer
	in     *serial.Input
	editor console.Editor
	buf    [256]byte
	rest   []byte // of buf: not looked at yet

	step func(cx *task.Context) (done bool) // the rest of the command, nil if none is at work
	stop func()                             // what Ctrl-C has to undo, nil for nothing

	recv  recv
	leave func() // to be called when all is printed

	asleep     []task.Waker // of the sleep command; some are over
	asleepMost int          // when to look which

	request block.Request // of the disk command
	buffer  []byte

	greeted bool // the first prompt has been printed
}

// system is the shell of the machine's own console.
var system Shell

var (
	systemTask    task.Task[task.None]
	systemBuilder = task.Named("monitor")
)

// Start starts a shell on the machine's console, and one on each further console that is found.
// The first also prints what the kernel reports, and is started again if it fails. After
// [kernel.Start], once.
func Start() {
	in, out := kernel.SystemConsole()
	system.in, system.out.Out = in, out
	kernel.Notify(report)
	kernel.Essential("monitor", func() (task.JoinHandle[task.None], error) {
		system.restart()
		return sched.SpawnMethod(kernel.Executor(), &systemTask, systemBuilder, &system, (*Shell).poll)
	})
	others := 0
	kernel.OnConsole(func(c kernel.Console) {
		others++
		s := &Shell{in: c.In, out: console.Writer{Out: c.Out}}
		kernel.SpawnMethod(kernel.Executor(), new(task.Task[task.None]), "monitor"+strconv.Itoa(1+others), s, (*Shell).poll)
	})
	if boardStart != nil {
		boardStart()
	}
}

// boardStart starts what only one board has; a file with its tag sets it.
var boardStart func()

// Printf prints. From a command's Run, or a task of the kernel's executor.
func (m *Shell) Printf(format string, args ...any) { m.printf(format, args...) }

// Go runs the rest of a command straight-line: it may wait, as package coro says, and the next
// line is read when it has returned. An error is printed. Ctrl-C cancels it. From a command's Run,
// as the last of it.
func (m *Shell) Go(name string, body func(*coro.Ctx) error) {
	j := kernel.GoJoin(name, body)
	m.later(func(cx *task.Context) bool {
		if j.Poll(cx) == task.Pending {
			return false
		}
		failed, err := j.Take()
		if err == nil {
			err = failed
		}
		if err != nil {
			m.printf("%s: %v\n", name, err)
		}
		return true
	}, func() {
		j.Cancel()
		j.Detach()
	})
}

// greet is what the first monitor says before its first prompt.
func (m *Shell) greet() {
	if m == &system {
		m.printStart()
	}
}

func (m *Shell) printStart() {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	start, poll := kernel.StartNS()
	m.printf("start:   main at %d ns, first poll at %d ns, runtime has taken %d KiB\n", start, poll, s.Sys/1024)
}

// restart is what the first monitor's task begins with when the one before has failed: what was
// under way is given up.
func (m *Shell) restart() {
	if m.stop != nil {
		m.stop()
	}
	m.rest, m.step, m.stop, m.recv, m.leave = nil, nil, nil, recv{}, nil
	m.editor = console.Editor{}
}

// later has step be called, in turns of its own, until it says that the command is done: when
// all that it printed is on its way, and the task was woken. In a turn it does a bounded piece
// of work and prints some lines. Then it wakes the task, to have another turn after the other
// tasks, or leaves the task's waker with what it waits for. stop, if not nil, is called if the
// command is ended by Ctrl-C instead.
func (m *Shell) later(step func(cx *task.Context) (done bool), stop func()) {
	m.step, m.stop = step, stop
}

// again is what a step returns that wants its next turn.
func again(cx *task.Context) (done bool) {
	cx.Waker().Wake()
	return false
}

// linesMost is how many lines a command prints in one turn.
const linesMost = 8

// lines prints a line at a time, or some, with next, until that says that there are no more.
func (m *Shell) lines(next func() (more bool)) {
	m.later(func(cx *task.Context) bool {
		for range linesMost {
			if !next() {
				return true
			}
		}
		return again(cx)
	}, nil)
}

// poll takes one buffer of input, or one command, or gives a command one turn. More than that
// is left for another poll, so that neither a paste nor a long command keeps the other tasks
// waiting; and not before what was printed is on its way, so that this is never more than one
// turn's.
func (m *Shell) poll(cx *task.Context) task.Poll {
	w := cx.Waker()
	m.out.Task = w
	if !m.greeted {
		m.greeted = true
		m.greet()
		m.prompt()
	}
	if m.step != nil && m.interrupted(w) {
		m.end("^C\n")
		w.Wake()
		return task.Pending
	}
	if !m.out.Flush() {
		return task.Pending // what is typed meanwhile waits as well
	}
	if m.leave != nil {
		m.leave()
	}
	if m.step != nil {
		if m.step(cx) {
			m.stop = nil
			m.end("")
			w.Wake()
		}
		return task.Pending
	}
	if len(m.rest) == 0 {
		m.rest = m.buf[:m.in.Read(w, m.buf[:])]
		if len(m.rest) == 0 {
			return task.Pending
		}
	}
	for ran := false; len(m.rest) > 0 && !ran; {
		ran = m.typed(m.rest[0])
		m.rest = m.rest[1:]
	}
	w.Wake() // to look whether there is more, when all is printed
	return task.Pending
}

// interrupted looks for a Ctrl-C in what was typed ahead of the end of the command. What was
// typed before it is dropped with it. w is woken when more is typed. A command to which all
// that comes is data looks itself.
func (m *Shell) interrupted(w task.Waker) bool {
	if m.recv.size != 0 {
		return false
	}
	if i := bytes.IndexByte(m.rest, ctrlC); i >= 0 {
		m.rest = m.rest[i+1:]
		return true
	}
	if m.in.Seek(w, ctrlC) {
		m.rest = nil
		return true
	}
	return false
}

// end ends the command at work, with a text before the prompt.
func (m *Shell) end(text string) {
	stop := m.stop
	m.step, m.stop = nil, nil
	if stop != nil {
		stop()
	}
	io.WriteString(&m.out, text)
	m.prompt()
}

// typed takes one byte and reports whether it ended a line.
func (m *Shell) typed(c byte) (ran bool) {
	echo, ev := m.editor.Feed(c)
	if len(echo) > 0 {
		m.out.Write(echo)
	}
	switch ev {
	case console.None:
		return false
	case console.Line:
		m.execute(string(m.editor.Text()))
	case console.Cancel:
		if len(m.editor.Text()) == 0 {
			m.stopWork() // of a line that was begun, only that line is given up
		}
	case console.Long:
		m.printf("line too long: at most %d bytes\n", console.LineMax)
	}
	if m.isIdle() {
		m.prompt()
	}
	return true
}

// isIdle reports whether a line can be typed.
func (m *Shell) isIdle() bool { return m.step == nil && m.leave == nil }

// stopWork ends what the monitor has started and what goes on beside it.
func (m *Shell) stopWork() {
	m.stopDisk()
	m.stopTimer()
	m.stopSleepers()
}

// prompt asks for a line, and shows again what has been typed of it.
func (m *Shell) prompt() {
	io.WriteString(&m.out, prompt)
	m.out.Write(m.editor.Typed())
}

// notice prints what happens beside the commands, on lines of its own, and the prompt with
// what has been typed again, if a line can be typed. From a task of the executor.
func (m *Shell) notice(format string, args ...any) {
	var text bytes.Buffer
	text.WriteByte('\n')
	fmt.Fprintf(&text, format, args...)
	if m.greeted && m.isIdle() {
		text.WriteString(prompt)
		text.Write(m.editor.Typed())
	}
	m.out.Notice(text.Bytes())
}

// report is how the kernel's reports are printed. Before the first prompt they are lines of the
// start.
func report(text string) {
	if !system.greeted {
		os.Stdout.WriteString(text)
		return
	}
	system.notice("%s", text)
}

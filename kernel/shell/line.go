package shell

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Lines: what is typed, the prompt, and what is printed beside the commands.

const prompt = "tamagotake> "

// typed is Ready when there is input. It waits until all that was printed is on its way: so what is
// kept of it is bounded by what one line makes the shell print.
func (m *Shell) typed(cx *task.Context) task.Poll {
	if m.broken {
		*nowhere = 1
	}
	if m.out.Poll(cx) == task.Pending {
		return task.Pending
	}
	if len(m.rest) == 0 {
		m.in.Poll(cx)
		m.rest = m.buf[:m.in.Read(m.buf[:])]
	}
	if len(m.rest) == 0 {
		return task.Pending
	}
	return task.Ready
}

// take edits what was typed, up to the end of a line, and runs the line.
func (m *Shell) take(c *coro.Ctx) {
	for len(m.rest) > 0 {
		b := m.rest[0]
		m.rest = m.rest[1:]
		echo, ev := m.editor.Feed(b)
		m.out.Write(echo)
		switch ev {
		case console.None:
			continue
		case console.Line:
			m.execute(c, string(m.editor.Text()))
		case console.Cancel:
			if len(m.editor.Text()) == 0 {
				m.stopWork() // of a line that was begun, only that line is given up
			}
		case console.Long:
			m.Printf("line too long: at most %d bytes\n", console.LineMax)
		}
		m.prompt()
		return
	}
}

// stopWork ends what the shell's commands have started and what goes on beside it.
func (m *Shell) stopWork() {
	m.stopDisk()
	m.stopTimer()
	m.stopSleepers()
}

// prompt asks for a line, and shows again what was typed of it.
func (m *Shell) prompt() {
	io.WriteString(&m.out, prompt)
	m.out.Write(m.editor.Typed())
}

// greet is what the first shell says before its first prompt.
func (m *Shell) greet() {
	if m != &system {
		return
	}
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	start, poll := kernel.StartNS()
	m.Printf("start:   main at %d ns, first poll at %d ns, runtime has taken %d KiB\n", start, poll, s.Sys/1024)
}

// isIdle reports whether a line can be typed.
func (m *Shell) isIdle() bool { return m.command.ID() == 0 }

// notice prints what happens beside the commands, on lines of its own, and the prompt with
// what was typed again, if a line can be typed. From any task of the executor. It does not wait.
func (m *Shell) notice(format string, args ...any) {
	var text bytes.Buffer
	text.WriteByte('\n')
	fmt.Fprintf(&text, format, args...)
	if m.greeted && m.isIdle() {
		text.WriteString(prompt)
		text.Write(m.editor.Typed())
	}
	m.out.Notice(text.Bytes())
	if m.out.Kept() > 0 {
		m.serving.Wake() // which waits for room
	}
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

//go:build tamago

package main

import (
	"hash"
	"io"
	"os"

	"tamagotake/kernel/console"
	"tamagotake/rt/task"
)

const prompt = "tamagotake> "

// monitor is the task that talks to the person at the console. It reads what the
// driver's task has received, edits it into lines and runs the commands.
type monitor struct {
	out    io.Writer
	editor console.Editor
	buf    [256]byte

	// recv takes the next raw bytes out of rawSize past the editor.
	raw, rawSize uint64
	rawCRC       hash.Hash32

	greeted bool // the first prompt has been printed
}

var theMonitor = monitor{out: os.Stdout}

func monitorPoll(cx *task.Context) task.Poll { return theMonitor.poll(cx) }

// poll takes one buffer of input. More than that is left for another turn, so
// that a paste does not keep the other tasks waiting.
func (m *monitor) poll(cx *task.Context) task.Poll {
	if !m.greeted {
		m.greeted = true
		m.prompt()
	}
	w := cx.Waker()
	n := consoleInput().Read(w, m.buf[:])
	if n == len(m.buf) {
		w.Wake()
	}
	for p := m.buf[:n]; len(p) > 0; {
		if m.raw > 0 {
			p = m.received(p)
			continue
		}
		m.typed(p[0])
		p = p[1:]
	}
	return task.Pending
}

func (m *monitor) typed(c byte) {
	echo, ev := m.editor.Feed(c)
	if len(echo) > 0 {
		m.out.Write(echo)
	}
	switch ev {
	case console.None:
		return
	case console.Line:
		m.execute(string(m.editor.Text()))
	case console.Long:
		m.printf("line too long: at most %d bytes\n", console.LineMax)
	}
	if m.raw == 0 {
		m.prompt()
	}
}

func (m *monitor) prompt() { io.WriteString(m.out, prompt) }

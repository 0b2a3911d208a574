//go:build tamago

package main

import (
	"hash"
	"io"

	"tamagotake/drivers/block"
	"tamagotake/drivers/serial"
	"tamagotake/kernel/console"
	"tamagotake/rt/task"
)

const prompt = "tamagotake> "

// monitor is the task that talks to the person at the console. It reads what the
// driver's task has received, edits it into lines and runs the commands.
type monitor struct {
	out    console.Writer
	in     *serial.Input
	editor console.Editor
	buf    [256]byte
	rest   []byte // of buf: not looked at yet

	// recv takes the next raw bytes out of rawSize past the editor.
	raw, rawSize uint64
	rawCRC       hash.Hash32

	// print has still to print text bytes out of textSize.
	text, textSize uint64
	textCRC        hash.Hash32

	leave func() // to be called when all is printed

	// later is the rest of a command that has to wait: it is called again when the task
	// is woken, until it says that it is done. What is typed meanwhile comes after it.
	later   func(w task.Waker) (done bool)
	request block.Request // of the disk command
	buffer  []byte

	greeted bool // the first prompt has been printed
}

var theMonitor = monitor{out: console.Writer{Out: consoleOutput()}}

// greet is what the first monitor says before its first prompt.
func (m *monitor) greet() {
	if m == &theMonitor {
		m.printFirstPoll()
	}
}

// restart is what the first monitor's task begins with when the one before has failed: what was
// under way is given up.
func (m *monitor) restart() {
	m.rest, m.raw, m.text, m.later = nil, 0, 0, nil
	m.editor = console.Editor{}
}

func monitorPoll(cx *task.Context, _ *task.None) task.Poll { return theMonitor.poll(cx) }

// poll takes one buffer of input, or one command. More than that is left for another
// turn, so that a paste does not keep the other tasks waiting, and what a command has
// started comes before the next; and not before what it printed is on its way, so that
// this is never more than one command's.
func (m *monitor) poll(cx *task.Context) task.Poll {
	w := cx.Waker()
	m.out.Task = w
	if !m.greeted {
		m.greeted = true
		m.greet()
		m.prompt()
	}
	if !m.out.Flush() {
		return task.Pending // what is typed meanwhile waits as well
	}
	if m.leave != nil {
		m.leave()
	}
	if m.text > 0 {
		m.printed()
		w.Wake()
		return task.Pending
	}
	if m.later != nil {
		if !m.later(w) {
			return task.Pending
		}
		m.later = nil
		m.prompt()
	}
	if len(m.rest) == 0 {
		m.rest = m.buf[:m.in.Read(w, m.buf[:])]
		if len(m.rest) == 0 {
			return task.Pending
		}
	}
	for ran := false; len(m.rest) > 0 && !ran; {
		if m.raw > 0 {
			m.rest = m.received(m.rest)
			continue
		}
		ran = m.typed(m.rest[0])
		m.rest = m.rest[1:]
	}
	w.Wake() // to look whether there is more, when all is printed
	return task.Pending
}

// typed takes one byte and reports whether it ended a line.
func (m *monitor) typed(c byte) (ran bool) {
	echo, ev := m.editor.Feed(c)
	if len(echo) > 0 {
		m.out.Write(echo)
	}
	switch ev {
	case console.None:
		return false
	case console.Line:
		m.execute(string(m.editor.Text()))
	case console.Long:
		m.printf("line too long: at most %d bytes\n", console.LineMax)
	}
	if m.raw == 0 && m.text == 0 && m.leave == nil && m.later == nil {
		m.prompt()
	}
	return true
}

func (m *monitor) prompt() { io.WriteString(&m.out, prompt) }

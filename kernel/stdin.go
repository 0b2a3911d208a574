package kernel

import (
	"os"
	"syscall"
	"unicode/utf8"

	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// The standard input is the machine's console, as a terminal's driver has it:
//
//	os.Stdin.Read ---> readStdin ---> stdin.take: a line, with echo <--- serial.Input <--- uart
//	     ^                |
//	     +---- a line ----+  the goroutine waits on an executor of its own
//
// A shell, or what else has asked for the console by [SystemConsole], has it alone.

var (
	stdin     lines
	stdinTask task.Task[task.None]
	stdinExec sched.Executor

	consoleAsked bool // see SystemConsole
)

// readStdin reads lines that are typed at the console: package os calls it, one goroutine at a time,
// which waits.
func readStdin(p []byte) (n int, err error) {
	if consoleAsked {
		return 0, syscall.ENOSYS
	}
	in := consoleInput()
	var buf [64]byte
	for {
		if n, ended := stdin.read(p); n > 0 || ended || len(p) == 0 {
			return n, nil
		}
		_, err := sched.BlockOn(&stdinExec, &stdinTask, task.Named("stdin"), func(_ *task.None, cx *task.Context) task.Poll { return in.Poll(cx) })
		if err != nil {
			return 0, err
		}
		for _, c := range buf[:in.Read(buf[:])] {
			os.Stdout.WriteString(stdin.take(c))
		}
	}
}

// lines makes lines of what is typed: Enter ends one, Backspace takes a character back, Ctrl-U the
// line, and Ctrl-D ends the input when the line is empty, and otherwise hands it out as it is.
type lines struct {
	line     []byte // being typed
	ready    []byte // typed
	ended    bool   // Ctrl-D, behind what is ready
	returned bool   // the last byte was one: a line feed behind it is no line of its own
}

// lineMost is how long a line can be. What is longer is handed out in pieces.
const lineMost = 4096

const (
	ctrlD     = 0x04
	backspace = 0x08
	ctrlU     = 0x15
	del       = 0x7f

	rubOut = "\b \b"
)

// read takes what is ready, at most len(p) bytes. ended is true once for each Ctrl-D.
func (l *lines) read(p []byte) (n int, ended bool) {
	n = copy(p, l.ready)
	l.ready = l.ready[n:]
	if n == 0 && len(l.ready) == 0 && len(p) > 0 {
		ended, l.ended = l.ended, false
	}
	return n, ended
}

// take takes a byte that was typed and returns what to show of it.
func (l *lines) take(c byte) (echo string) {
	afterReturn := l.returned
	l.returned = c == '\r'
	switch c {
	case '\n', '\r':
		if c == '\n' && afterReturn {
			return ""
		}
		l.line = append(l.line, '\n')
		l.hand()
		return "\n"
	case ctrlD:
		l.ended = l.ended || len(l.line) == 0
		l.hand()
		return ""
	case ctrlU:
		for len(l.line) > 0 {
			echo += l.rub()
		}
		return echo
	case backspace, del:
		return l.rub()
	}
	l.line = append(l.line, c)
	if len(l.line) == lineMost {
		l.hand()
	}
	return string([]byte{c})
}

// rub takes the last character of the line back.
func (l *lines) rub() (echo string) {
	if len(l.line) == 0 {
		return ""
	}
	_, size := utf8.DecodeLastRune(l.line)
	l.line = l.line[:len(l.line)-size]
	return rubOut
}

func (l *lines) hand() {
	l.ready = append(l.ready, l.line...)
	l.line = l.line[:0]
}

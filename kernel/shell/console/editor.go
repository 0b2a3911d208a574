// Package console edits the line that a person types. It knows nothing of a
// device: bytes go in one by one, out come what to echo and, now and then, a
// finished line. A line's end is echoed as LF; that a terminal wants CR LF is the
// port's business.
//
//	printable      appended and echoed
//	backspace      DEL or Ctrl-H: takes the last character back
//	Ctrl-U         takes the whole line back
//	Ctrl-C         gives the line up and starts a new one
//	CR, LF, CR LF  ends the line
//	up, down       the lines before, and back: see HistoryMost
//	ESC ...        another key that sends a sequence: swallowed
//	other control  ignored
package console

import "unicode/utf8"

// LineMax is how many bytes a line can have.
const LineMax = 256

// HistoryMost is how many lines the arrow keys go back. Empty lines, and one that is the same as the
// line before, are left out.
const HistoryMost = 16

// Event says what a byte has led to.
type Event uint8

const (
	None   Event = iota
	Line         // a line is finished
	Cancel       // Ctrl-C
	Long         // a line is finished, but it had more than LineMax bytes
)

const (
	ctrlC     = 0x03
	backspace = 0x08
	ctrlU     = 0x15
	escape    = 0x1b
	del       = 0x7f

	erase = "\b \b"
)

// Editor holds one line under construction. The zero value is ready.
type Editor struct {
	buf   [LineMax]byte
	n     int
	ended bool // the line has been handed out; the next byte begins another
	long  bool // more than LineMax: the rest is dropped up to its end
	cr    bool // the last byte was CR, so a LF belongs to it
	esc   int  // place in an escape sequence: 1 after ESC, 2 after ESC [, 3 after a parameter
	echo  []byte

	history []string // the oldest first
	back    int      // how many lines back the line is from; 0 for none
}

// Text returns the line, valid until the next call of [Editor.Feed].
func (e *Editor) Text() []byte { return e.buf[:e.n] }

// Typed returns the part of a line that has been typed so far, to be shown again when
// something else was printed; nothing between two lines.
func (e *Editor) Typed() []byte {
	if e.ended {
		return nil
	}
	return e.buf[:e.n]
}

// Feed takes one byte. What it returns to be echoed is valid until the next call.
// After Line, Cancel and Long the next byte begins a new line.
func (e *Editor) Feed(c byte) (echo []byte, ev Event) {
	e.echo = e.echo[:0]
	cr := e.cr
	e.cr = c == '\r'
	if c == '\n' && cr {
		return nil, None
	}
	if e.ended {
		e.n, e.ended, e.long, e.back = 0, false, false, 0
	}
	if e.escape(c) {
		return e.echo, None
	}
	switch {
	case c == '\r' || c == '\n':
		e.ended = true
		ev = Line
		if e.long {
			ev = Long
		} else {
			e.keep()
		}
		e.echo = append(e.echo, '\n')
	case c == ctrlC:
		e.ended = true
		ev = Cancel
		e.echo = append(e.echo, "^C\n"...)
	case c == backspace || c == del:
		e.rubOut()
	case c == ctrlU:
		e.clear()
	case c >= ' ':
		e.append(c)
	}
	return e.echo, ev
}

func (e *Editor) append(c byte) {
	if e.n == LineMax {
		e.long = true
		return
	}
	e.buf[e.n] = c
	e.n++
	e.echo = append(e.echo, c)
}

// rubOut takes the last character back, of however many bytes.
func (e *Editor) rubOut() {
	if e.n == 0 {
		return
	}
	_, size := utf8.DecodeLastRune(e.buf[:e.n])
	e.n -= size
	e.echo = append(e.echo, erase...)
}

func (e *Editor) clear() {
	e.long = false
	for e.n > 0 {
		e.rubOut()
	}
}

// keep puts the line into the history.
func (e *Editor) keep() {
	if e.n == 0 || len(e.history) > 0 && e.history[len(e.history)-1] == string(e.buf[:e.n]) {
		return
	}
	if len(e.history) == HistoryMost {
		e.history = append(e.history[:0], e.history[1:]...)
	}
	e.history = append(e.history, string(e.buf[:e.n]))
}

// recall makes the line that of so many lines back; of 0 it is empty.
func (e *Editor) recall(back int) {
	if back < 0 || back > len(e.history) {
		return
	}
	e.back = back
	e.clear()
	if back > 0 {
		for _, c := range []byte(e.history[len(e.history)-back]) {
			e.append(c)
		}
	}
}

// escape swallows ESC, an optional '[' or 'O', parameters, and one final byte
// (ECMA-48, 5.4). It reports whether c was part of such a sequence.
func (e *Editor) escape(c byte) bool {
	switch {
	case c == escape:
		e.esc = 1
	case e.esc == 0:
		return false
	case e.esc == 1 && (c == '[' || c == 'O'):
		e.esc = 2
	case e.esc >= 2 && c >= 0x20 && c < 0x40:
		e.esc = 3
	case e.esc == 2 && c == 'A':
		e.esc = 0
		e.recall(e.back + 1)
	case e.esc == 2 && c == 'B':
		e.esc = 0
		e.recall(e.back - 1)
	case c < ' ':
		e.esc = 0
		return false // a broken sequence must not swallow a line's end
	default:
		e.esc = 0
	}
	return true
}

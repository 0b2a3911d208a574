package console

import (
	"strconv"

	"github.com/tamagotake/tamagotake/rt/task"
)

// Port is where text goes to: serial's Output, or another driver's. Write takes what there is
// room for; Poll is Ready when there is room for more.
type Port interface {
	Write(p []byte) (n int)
	Poll(cx *task.Context) task.Poll
}

// KeptMost is how much text of notices is kept, in bytes: see
// [Writer.Notice].
const KeptMost = 1 << 20

// Writer is the way of one task's text to the console. Write never waits: what the port's
// ring has no room for is kept, and the task awaits the Writer before its next work, until all of it
// is on its way. So what is kept is bounded by what one piece of work prints.
//
// A line's end, LF, becomes the CR LF that a terminal wants.
//
// Text of the Go runtime, such as that of print or of os.Stdout, goes straight to the
// ring, and so before what is kept here. At a crash what is kept is lost; what is in the
// ring is not.
type Writer struct {
	Out Port

	kept []byte // up to sent it is on its way
	sent int
	lost uint64 // notices
}

// Write takes all of p. Thread level; for one goroutine.
//
// The port is asked only if nothing is kept: otherwise it had no room, and the task that awaits the
// Writer is woken when it has. So a byte that is kept is moved once, on average, however much is.
func (w *Writer) Write(p []byte) (int, error) {
	empty := len(w.kept) == 0
	for _, c := range p {
		if c == '\n' {
			w.kept = append(w.kept, '\r')
		}
		w.kept = append(w.kept, c)
	}
	if empty {
		w.Flush()
	}
	return len(p), nil
}

// Notice is [Writer.Write] of a text that nothing waits for, such as a task's that has ended:
// there can be any number of them while the port takes nothing. Beyond [KeptMost] bytes they
// are lost, and counted; a line says how many when there is room again.
func (w *Writer) Notice(p []byte) {
	if w.Kept() > KeptMost {
		w.lost++
		return
	}
	w.Write(p)
}

// Kept returns how many bytes are not on their way.
func (w *Writer) Kept() int { return len(w.kept) - w.sent }

// Poll is Ready when all is on its way. It hands on what there is room for; the task is woken when
// there is room for more.
func (w *Writer) Poll(cx *task.Context) task.Poll {
	for !w.Flush() {
		if w.Out.Poll(cx) == task.Pending {
			return task.Pending
		}
	}
	return task.Ready
}

// Flush hands on what there is room for and reports whether that was all.
func (w *Writer) Flush() bool {
	w.sent += w.Out.Write(w.kept[w.sent:])
	switch {
	case w.sent == len(w.kept):
		w.kept, w.sent = w.kept[:0], 0
		if n := w.lost; n > 0 {
			w.lost = 0
			w.Write(append(strconv.AppendUint([]byte("\n"), n, 10), " messages were lost: the console took nothing\n"...))
			return w.Kept() == 0
		}
		if cap(w.kept) > KeptMost/16 {
			w.kept = nil // a burst is over
		}
	case w.sent > len(w.kept)/2:
		w.kept, w.sent = append(w.kept[:0], w.kept[w.sent:]...), 0
	}
	return len(w.kept) == 0
}

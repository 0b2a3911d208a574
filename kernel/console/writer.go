package console

import "tamagotake/rt/task"

// Port is what text goes to: serial's Output, or another driver's. Write takes what there is
// room for, and wakes the task when there is room for more.
type Port interface {
	Write(w task.Waker, p []byte) (n int)
}

// Writer is the way of one task's text to the console. Write never waits: what the port's
// ring has no room for is kept, and the task goes on with its next work only when
// [Writer.Flush] says that all of it is on its way. So what is kept is bounded by what one
// piece of work prints.
//
// A line's end, LF, becomes the CR LF that a terminal wants.
//
// Text of the Go runtime, such as that of print or of os.Stdout, goes straight to the
// ring, and so before what is kept here. At a crash what is kept is lost; what is in the
// ring is not.
type Writer struct {
	Out  Port
	Task task.Waker // woken when there is room

	rest []byte
}

// Write takes all of p. Thread level; for one goroutine.
func (w *Writer) Write(p []byte) (int, error) {
	for _, c := range p {
		if c == '\n' {
			w.rest = append(w.rest, '\r')
		}
		w.rest = append(w.rest, c)
	}
	w.Flush()
	return len(p), nil
}

// Flush hands on what there is room for and reports whether that was all. If not, Task is
// woken when there is room for more.
func (w *Writer) Flush() bool {
	n := w.Out.Write(w.Task, w.rest)
	w.rest = append(w.rest[:0], w.rest[n:]...)
	return len(w.rest) == 0
}

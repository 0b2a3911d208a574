package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// What takes less needs no line that says what it is; a test does not wait as long.
var progressDelay = 2 * time.Second

// eraseLine goes to the beginning of a terminal's line and clears it.
const eraseLine = "\r\x1b[K"

// progress is a line on a terminal that says what is under way, and for how long. It is gone when
// that is over. In a pipe or a file there is none.
type progress struct {
	out io.Writer // nil: no line

	mu    sync.Mutex
	what  string
	since time.Time
	shown bool
	done  chan struct{}
}

// startProgress begins the line on standard error.
func startProgress(what string) *progress {
	if !isTerminal(os.Stderr) {
		return &progress{}
	}
	return newProgress(os.Stderr, what, progressDelay, time.Second)
}

func newProgress(out io.Writer, what string, delay, every time.Duration) *progress {
	p := &progress{out: out, what: what, since: time.Now(), done: make(chan struct{})}
	go func() {
		for wait := delay; ; wait = every {
			select {
			case <-p.done:
				return
			case <-time.After(wait):
				p.draw()
			}
		}
	}()
	return p
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done: // just now
		return
	default:
	}
	p.shown = true
	fmt.Fprintf(p.out, "%s%s, %d s", eraseLine, p.what, time.Since(p.since)/time.Second)
}

// say changes what the line will say when it is next drawn.
func (p *progress) say(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what = what
}

// stop takes the line away.
func (p *progress) stop() {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.done)
	p.erase()
}

func (p *progress) erase() {
	if p.shown {
		io.WriteString(p.out, eraseLine)
		p.shown = false
	}
}

// stderr is where another program's standard error goes meanwhile: the line gives way to it. Where
// there is no line it is standard error itself.
func (p *progress) stderr() io.Writer {
	if p.out == nil {
		return os.Stderr
	}
	return p
}

func (p *progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	return p.out.Write(b)
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

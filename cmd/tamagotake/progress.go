package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// What takes less than the delay needs no line that says what it is. A test does not wait as long.
var progressDelay, progressEvery = 2 * time.Second, time.Second

// eraseLine goes to the beginning of a terminal's line and clears it.
const eraseLine = "\r\x1b[K"

// progress is a line on a terminal that says what is under way, and for how long. It is gone when
// that is over. In a pipe or a file there is none.
type progress struct {
	out          io.Writer // nil: no line
	delay, every time.Duration

	mu           sync.Mutex
	what         string // "": nothing yet
	since, drawn time.Time
	shown        bool
	done         chan struct{}
}

// startProgress begins the line on standard error.
func startProgress(what string) *progress {
	if !isTerminal(os.Stderr) {
		return &progress{}
	}
	return newProgress(os.Stderr, what, progressDelay, progressEvery)
}

func newProgress(out io.Writer, what string, delay, every time.Duration) *progress {
	p := &progress{out: out, delay: delay, every: every, what: what, since: time.Now(), done: make(chan struct{})}
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
	default:
		p.drawLocked()
	}
}

func (p *progress) drawLocked() {
	if p.what == "" || time.Since(p.since) < p.delay {
		return
	}
	p.shown, p.drawn = true, time.Now()
	fmt.Fprintf(p.out, "%s%s, %d s", eraseLine, p.what, time.Since(p.since)/time.Second)
}

// say changes what the line says. Time counts from the first that it says. "" takes the line away
// until it says something again.
func (p *progress) say(what string) {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.what == "" {
		p.since = time.Now()
	}
	if p.what = what; what == "" {
		p.erase()
		return
	}
	if time.Since(p.drawn) >= p.every {
		p.drawLocked()
	}
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

// beside is where else something is written meanwhile: the line gives way to it. Where there is no line
// it is the file itself, which another program inherits.
func (p *progress) beside(file io.Writer) io.Writer {
	if p.out == nil {
		return file
	}
	return &besideLine{p, file}
}

type besideLine struct {
	p    *progress
	file io.Writer
}

func (b *besideLine) Write(text []byte) (int, error) {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	b.p.erase()
	return b.file.Write(text)
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

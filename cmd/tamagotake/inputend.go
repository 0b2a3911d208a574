package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// inputQuiet is how long a kernel prints nothing, after the end of its input, until the tool says
// so. A test does not wait as long.
var inputQuiet = 10 * time.Second

// inputEnd says, once, that the input has ended and that the kernel still runs, if the kernel has
// printed nothing since for long: a script that does not end with halt would wait without a word.
// It ends no kernel. One that works in silence, or serves the network, is right to.
//
// The input stays QEMU's: nothing here reads it.
type inputEnd struct {
	out  io.Writer // of the kernel
	errs io.Writer // of the tool

	quiet time.Duration

	mu      sync.Mutex
	printed time.Time // the last time that the kernel did, or zero
	done    chan struct{}
}

// watchInput watches the input of a kernel whose output goes to out. It returns where the output is
// written instead, and what ends the watch. A terminal never ends, and needs none.
func watchInput(in *os.File, out, errs io.Writer) (watched io.Writer, stop func()) {
	info, err := in.Stat()
	if err != nil || !info.Mode().IsRegular() && info.Mode()&os.ModeNamedPipe == 0 {
		return out, func() {}
	}
	e := &inputEnd{out: out, errs: errs, quiet: inputQuiet, done: make(chan struct{})}
	var watching sync.WaitGroup
	watching.Go(func() { e.watch(in, info.Mode().IsRegular()) })
	return e, func() {
		close(e.done)
		watching.Wait()
	}
}

// Write passes on what the kernel prints.
func (e *inputEnd) Write(p []byte) (int, error) {
	e.mu.Lock()
	e.printed = time.Now()
	e.mu.Unlock()
	return e.out.Write(p)
}

// watch returns when it has said its line. A kernel that has printed nothing at all is about to
// start, or has no console.
func (e *inputEnd) watch(in *os.File, ended bool) {
	tick := time.NewTicker(e.quiet / 10)
	defer tick.Stop()
	for {
		select {
		case <-e.done:
			return
		case <-tick.C:
		}
		ended = ended || hasEnded(in)
		e.mu.Lock()
		quiet := !e.printed.IsZero() && time.Since(e.printed) >= e.quiet
		e.mu.Unlock()
		if ended && quiet {
			fmt.Fprintf(e.errs, "\ntamagotake: the input has ended, and the kernel still runs; Ctrl-C ends it, and so does kill %d. For the shell, end the input with halt.\n", os.Getpid())
			return
		}
	}
}

// hasEnded reports whether a pipe has lost its writers.
func hasEnded(in *os.File) bool {
	fds := []unix.PollFd{{Fd: int32(in.Fd())}} // the end is always told
	n, err := unix.Poll(fds, 0)
	return err == nil && n == 1 && fds[0].Revents&unix.POLLHUP != 0
}

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// screen keeps what is written to a terminal.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (s *screen) wait(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !strings.Contains(s.String(), text); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%q is not in %q", text, s)
		}
	}
}

// The line says what is under way, gives way to what another program says, and is gone at the end.
func TestProgress(t *testing.T) {
	s := new(screen)
	p := newProgress(s, "building x", 0, time.Millisecond)
	s.wait(t, eraseLine+"building x, 0 s")
	p.say("written 50%")
	s.wait(t, eraseLine+"written 50%, 0 s")
	fmt.Fprintln(p.beside(s), "x.go:1: wrong")
	s.wait(t, eraseLine+"x.go:1: wrong\n")
	s.wait(t, "wrong\n"+eraseLine+"written 50%")
	p.stop()
	if text := s.String(); !strings.HasSuffix(text, eraseLine) {
		t.Errorf("left behind: %q", text)
	}
	s = new(screen)
	newProgress(s, "short", time.Hour, time.Hour).stop()
	// Before something is said there is nothing to draw, and time does not count.
	p = newProgress(s, "", 0, time.Hour)
	p.draw()
	p.since = time.Now().Add(-time.Hour)
	p.delay = time.Minute // since it is first said
	p.say("sent 1%")
	p.draw()
	p.stop()
	if s.String() != "" {
		t.Errorf("what has taken no time has a line: %q", s)
	}
}

// In a pipe there is no line, however long something takes: neither of a build nor of a card.
func TestProgressInPipe(t *testing.T) {
	atOnce(t)
	dir := t.TempDir()
	var err error
	text := stderrOf(t, func() {
		p := startProgress("waiting")
		defer p.stop()
		if p.beside(os.Stderr) != os.Stderr {
			t.Error("standard error of a program is not handed on as it is")
		}
		time.Sleep(10 * time.Millisecond)
		err = run([]string{"flash", "-yes", "-dev", emptyFile(t, dir), cardFile(t, dir)}, new(bytes.Buffer))
	})
	if err != nil || text != "" {
		t.Errorf("%v, %q", err, text)
	}
}

// atOnce has every line drawn, however short something takes.
func atOnce(t *testing.T) {
	delay, every := progressDelay, progressEvery
	progressDelay, progressEvery = 0, time.Millisecond
	t.Cleanup(func() { progressDelay, progressEvery = delay, every })
}

func emptyFile(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "empty")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

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
	fmt.Fprintln(p.stderr(), "x.go:1: wrong")
	s.wait(t, eraseLine+"x.go:1: wrong\n")
	s.wait(t, "wrong\n"+eraseLine+"written 50%")
	p.stop()
	if text := s.String(); !strings.HasSuffix(text, eraseLine) {
		t.Errorf("left behind: %q", text)
	}
	s = new(screen)
	newProgress(s, "short", time.Hour, time.Hour).stop()
	if s.String() != "" {
		t.Errorf("what takes no time has a line: %q", s)
	}
}

// In a pipe there is no line, however long something takes: neither of a build nor of a card.
func TestProgressInPipe(t *testing.T) {
	progressDelay = 0
	defer func() { progressDelay = 2 * time.Second }()
	dir := t.TempDir()
	var err error
	text := stderrOf(t, func() {
		p := startProgress("waiting")
		defer p.stop()
		if p.stderr() != os.Stderr {
			t.Error("standard error of a program is not handed on as it is")
		}
		time.Sleep(10 * time.Millisecond)
		err = run([]string{"flash", "-yes", "-dev", emptyFile(t, dir), cardFile(t, dir)}, new(bytes.Buffer))
	})
	if err != nil || text != "" {
		t.Errorf("%v, %q", err, text)
	}
}

func emptyFile(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "empty")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

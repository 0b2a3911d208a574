package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminalFile is one side of a terminal; what is written to it is read from the other.
func terminalFile(t *testing.T) (side, other *os.File) {
	t.Helper()
	other, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err) // a container may have none
	}
	t.Cleanup(func() { other.Close() })
	if err := unix.IoctlSetPointerInt(int(other.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(other.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	side, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { side.Close() })
	return side, other
}

// On a terminal a build has its line, and so has a card; at the end there is none.
func TestProgressOnTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	progressDelay = 0
	defer func() { progressDelay = 2 * time.Second }()
	side, other := terminalFile(t)
	s := new(screen)
	go io.Copy(s, other)
	stderr := os.Stderr
	os.Stderr = side
	dir := t.TempDir()
	err := run([]string{"size", "../../qemu/arguments"}, new(bytes.Buffer))
	p := startProgress("")
	p.say("written 50%")
	s.wait(t, "written 50%")
	p.stop()
	if err == nil {
		err = run([]string{"flash", "-yes", "-dev", emptyFile(t, dir), cardFile(t, dir)}, new(bytes.Buffer))
	}
	os.Stderr = stderr
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(side, "end")
	s.wait(t, "end")
	if text := s.String(); !strings.Contains(text, eraseLine+"building ../../qemu/arguments, 0 s") || !strings.HasSuffix(text, eraseLine+"end") {
		t.Errorf("%q", text)
	}
}

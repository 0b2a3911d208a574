package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
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

// On a terminal a build has its line, and so has a card, if they take long. What is printed
// meanwhile is not behind it, and at the end it is gone.
func TestProgressOnTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	side, other := terminalFile(t)
	s := new(screen)
	go io.Copy(s, other)
	stderr := os.Stderr
	os.Stderr = side
	defer func() { os.Stderr = stderr }()
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.go")
	if err := os.WriteFile(broken, []byte("package main\n\nfunc main() { missing() }\n"), 0o644); err != nil {
		t.Fatal(err)
	}

	progressDelay *= 1000 // however slow this machine is
	p := startProgress("short")
	time.Sleep(20 * time.Millisecond)
	p.stop()
	progressDelay /= 1000
	fmt.Fprint(side, "begin")
	s.wait(t, "begin")
	if s.String() != "begin" {
		t.Errorf("what is short has a line: %q", s)
	}

	atOnce(t)
	if err := run([]string{"size", "-replace", "../../qemu/images/arguments/main.go=" + broken, "../../qemu/images/arguments"}, io.Discard); err == nil {
		t.Error("a broken program is built")
	}
	if err := run([]string{"flash", "-yes", "-dev", emptyFile(t, dir), cardFile(t, dir)}, side); err != nil {
		t.Error(err)
	}
	fmt.Fprint(side, "end")
	s.wait(t, "end")
	for _, want := range []string{
		eraseLine + "building ../../qemu/images/arguments, 0 s",
		eraseLine + "# github.com/tamagotake/tamagotake/qemu/images/arguments\r\n",
		eraseLine + "done, and the same when read back\r\nend",
	} {
		if !strings.Contains(s.String(), want) {
			t.Errorf("%q is not in %q", want, s)
		}
	}
	if !regexp.MustCompile(`written \d+%, 0 s|verified \d+%, 0 s`).MatchString(s.String()) {
		t.Errorf("no line of the card in %q", s)
	}
}

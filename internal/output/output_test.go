package output_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/internal/output"

	"golang.org/x/sys/unix"
)

// special makes one of everything that no tool may write over, and returns what says the
// same of it before and after.
func special(t *testing.T, dir string) map[string]string {
	t.Helper()
	at := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(at("target"), []byte("target"), 0o644))
	must(os.Symlink("target", at("link")))
	must(os.Symlink("nothing", at("dangling")))
	must(unix.Mkfifo(at("fifo"), 0o644))
	must(os.Mkdir(at("directory"), 0o755))
	socket, err := net.Listen("unix", at("socket"))
	must(err)
	t.Cleanup(func() { socket.Close() })
	list := map[string]string{
		at("link"):      "a symbolic link to target",
		at("dangling"):  "a symbolic link to nothing",
		at("fifo"):      "a FIFO",
		at("directory"): "a directory",
		at("socket"):    "a socket",
	}
	// Device nodes take a privilege; without it /dev/null stands for them. As root it must
	// not: a tool that failed this test would remove it.
	if err := unix.Mknod(at("null"), unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3))); err == nil {
		list[at("null")] = "a character device"
	} else if os.Getuid() != 0 {
		list["/dev/null"] = "a character device"
	}
	if err := unix.Mknod(at("sdx"), unix.S_IFBLK|0o666, int(unix.Mkdev(7, 250))); err == nil {
		list[at("sdx")] = "a block device, not a regular file: write to a file, then tamagotake flash -dev " + at("sdx") + " writes a card image"
	}
	return list
}

// state says what is at a name.
func state(t *testing.T, name string) string {
	t.Helper()
	info, err := os.Lstat(name)
	if err != nil {
		return err.Error()
	}
	var s unix.Stat_t // that of package syscall has other names on other systems
	if err := unix.Lstat(name, &s); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%v, node %d, device %d, changed %v", info.Mode(), s.Ino, s.Rdev, s.Ctim)
}

// Nothing but a regular file is replaced, and the refusal is one line that says what is there.
func TestSpecialFiles(t *testing.T) {
	for name, what := range special(t, t.TempDir()) {
		before := state(t, name)
		err := output.WriteFile(name, []byte("x"), 0o644)
		if !errors.Is(err, output.ErrSpecial) || !strings.Contains(err.Error(), name+" is "+what) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
		if after := state(t, name); after != before {
			t.Errorf("%s was %s, is %s", name, before, after)
		}
	}
}

// A file is made or replaced whole, with its mode, and one that cannot be written leaves the
// old one and nothing else.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	for i, text := range []string{"first", "second"} {
		if err := output.WriteFile(name, []byte(text), 0o750); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		info, _ := os.Stat(name)
		if err != nil || string(got) != text || info.Mode() != 0o750 {
			t.Errorf("%d: %q, mode %v, %v", i, got, info.Mode(), err)
		}
	}
	failed := errors.New("failed")
	if err := output.Write(name, 0o644, func(f *os.File) error { f.WriteString("part"); return failed }); !errors.Is(err, failed) {
		t.Errorf("%v, want %v", err, failed)
	}
	// The name turns into something else while the file is written.
	err := output.Write(name, 0o644, func(*os.File) error { return errors.Join(os.Remove(name), os.Symlink("elsewhere", name)) })
	if !errors.Is(err, output.ErrSpecial) {
		t.Errorf("a link made meanwhile: %v", err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := output.WriteFile(filepath.Join(dir, "no", "file"), nil, 0o644); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "there is no directory "+filepath.Join(dir, "no")) {
		t.Errorf("no directory: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// Every tool that has an output file refuses such names, with status and one line. What the
// tools read is made so that they get as far as writing: those that look at their output
// first need none of it.
func TestTools(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	packages := []string{"./cmd/tamagotake", "./rt/bench"}
	build := exec.Command("go", append([]string{"build", "-o", bin + "/"}, packages...)...)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, what := range special(t, t.TempDir()) {
		for _, args := range [][]string{
			{"tamagotake", "build", "-o", name, "./examples/monitor"},
			{"tamagotake", "build", "-json", name, "-o", filepath.Join(bin, "image"), "./examples/monitor"},
			{"tamagotake", "verify", "-json", name, "./examples/monitor"},
			{"tamagotake", "size", "-json", name, "./examples/monitor"},
			{"tamagotake", "imx", "-o", name, "./examples/monitor"},
			{"tamagotake", "sdcard", "-o", name, "./examples/monitor"},
			{"tamagotake", "sdp", "-o", name, "./examples/monitor"},
			{"tamagotake", "disk", "-o", name, "./examples/monitor"},
			{"bench", "-json", name},
			{"bench", "-markdown", name},
		} {
			tool := strings.Join(args[:2], " ")
			before := state(t, name)
			// A tool that opens a FIFO never ends.
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			c := exec.CommandContext(ctx, filepath.Join(bin, args[0]), args[1:]...)
			c.Dir = root
			out, err := c.CombinedOutput()
			if err == nil || !strings.Contains(string(out), name+" is "+what) || len(strings.Split(strings.TrimSpace(strings.TrimSuffix(string(out), "exit status 1\n")), "\n")) != 1 {
				t.Errorf("%s, %s: %v, said %q", tool, what, err, out)
			}
			if after := state(t, name); after != before {
				t.Errorf("%s: %s was %s, is %s", tool, name, before, after)
			}
		}
	}
}

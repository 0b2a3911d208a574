//go:build linux

package flash

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// medium is a card that fails where it is told to.
type medium struct {
	content                          []byte
	failWrite, failRead, short, lies int64 // at this byte; -1: never
	failFlush                        error
	flushed                          bool
}

func newMedium(size int) *medium {
	return &medium{content: make([]byte, size), failWrite: -1, failRead: -1, short: -1, lies: -1}
}

var errMedium = errors.New("input/output error")

func (m *medium) WriteAt(b []byte, at int64) (int, error) {
	end := at + int64(len(b))
	if m.failWrite >= at && m.failWrite < end {
		return copy(m.content[at:], b[:m.failWrite-at]), errMedium
	}
	if m.short >= at && m.short < end {
		return copy(m.content[at:], b[:m.short-at]), nil
	}
	if end > int64(len(m.content)) {
		return 0, io.ErrShortWrite
	}
	m.flushed = false
	return copy(m.content[at:], b), nil
}

func (m *medium) ReadAt(b []byte, at int64) (int, error) {
	end := at + int64(len(b))
	if !m.flushed {
		return 0, errors.New("read before it was flushed: this is not what the card has")
	}
	if m.failRead >= at && m.failRead < end {
		return 0, errMedium
	}
	n := copy(b, m.content[at:])
	if m.lies >= at && m.lies < end {
		b[m.lies-at] ^= 0x10
	}
	return n, nil
}

func (m *medium) Flush() error {
	m.flushed = true
	return m.failFlush
}

func quiet(string, int64) {}

// Whatever a card does wrong, it is told, and where; and none of it is called done.
func TestFlash(t *testing.T) {
	image := make([]byte, 3*chunkSize+100)
	for i := range image {
		image[i] = byte(rand.Uint32())
	}
	for _, c := range []struct {
		name string
		set  func(m *medium)
		want string
	}{
		{"good", func(m *medium) {}, ""},
		{"write fails", func(m *medium) { m.failWrite = 2*chunkSize + 7 }, "writing at 2097159: input/output error; what is on it now is neither old nor new"},
		{"write is short", func(m *medium) { m.short = chunkSize }, "writing at 1048576: short write"},
		{"flush fails", func(m *medium) { m.failFlush = errMedium }, "flushing: input/output error"},
		{"read fails", func(m *medium) { m.failRead = chunkSize + 1 }, "reading back at 1048576: input/output error"},
		{"last byte is another", func(m *medium) { m.lies = int64(len(image)) - 1 }, fmt.Sprintf("reading back: byte %d is", len(image)-1)},
		{"first byte is another", func(m *medium) { m.lies = 0 }, "reading back: byte 0 is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMedium(len(image) + 5)
			c.set(m)
			err := flash(m, bytes.NewReader(image), int64(len(image)), quiet)
			if c.want == "" {
				if err != nil || !bytes.Equal(m.content[:len(image)], image) || !bytes.Equal(m.content[len(image):], make([]byte, 5)) {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// fakeCard is a file that passes for a card image.
func fakeCard(t *testing.T) string {
	t.Helper()
	b := bytes.Repeat([]byte{7}, 3<<20)
	b[510], b[511], b[0x400] = 0x55, 0xaa, 0xd1
	name := filepath.Join(t.TempDir(), "card.img")
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// Nothing is written before somebody has agreed.
func TestWrite(t *testing.T) {
	image := fakeCard(t)
	for _, c := range []struct {
		name, input string
		yes, writes bool
	}{
		{"yes", "yes\n", false, true},
		{"told before", "", true, true},
		{"no", "no\n", false, false},
		{"y", "y\n", false, false},
		{"no terminal", "", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			to := filepath.Join(t.TempDir(), "disk")
			old := bytes.Repeat([]byte("old"), 2<<20)
			if err := os.WriteFile(to, old, 0o644); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			last := ""
			err := Write(to, image, Options{Yes: c.yes, In: strings.NewReader(c.input), Out: &out,
				Progress: func(what string, percent int) { last = fmt.Sprint(what, " ", percent) }})
			got, _ := os.ReadFile(to)
			want, _ := os.ReadFile(image)
			switch {
			case c.writes && (err != nil || !bytes.Equal(got, append(want, old[len(want):]...)) || last != "verified 100"):
				t.Errorf("%v\n%s", err, &out)
			case !c.writes && (err == nil || !bytes.Equal(got, old)):
				t.Errorf("written without a yes: %v", err)
			}
			if !strings.Contains(out.String(), to+", a file of 6.3 MB") {
				t.Errorf("does not say what it would do:\n%s", &out)
			}
		})
	}
}

func TestBadImages(t *testing.T) {
	if err := Write("", fakeCard(t), Options{Yes: true}); err == nil || !strings.Contains(err.Error(), "which disk? say -dev /dev/sdX") {
		t.Error(err)
	}
	dir := t.TempDir()
	imx, short := filepath.Join(dir, "a.imx"), filepath.Join(dir, "short")
	os.WriteFile(imx, append([]byte{0xd1, 0, 0x20, 0x40}, make([]byte, 9000)...), 0o644)
	os.WriteFile(short, []byte("x"), 0o644)
	for name, want := range map[string]string{imx: "not a card image: tamagotake sdcard makes one", short: "too short for a card image", filepath.Join(dir, "none"): "no such file or directory; tamagotake sdcard makes one"} {
		if err := Write(short, name, Options{Yes: true, Out: io.Discard}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// A disk that is a file, where the computer has such and lets us: the whole way, through
// the kernel's own answers.
func TestLoopDevice(t *testing.T) {
	image := fakeCard(t)
	back := filepath.Join(t.TempDir(), "back")
	if err := os.WriteFile(back, make([]byte, 8<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("losetup", "-f", "--show", back).CombinedOutput()
	if err != nil {
		t.Skipf("no loop device: %v %s", err, out)
	}
	dev := strings.TrimSpace(string(out))
	defer exec.Command("losetup", "-d", dev).Run()

	var said strings.Builder
	if err := Write(dev, image, Options{Yes: true, Out: &said}); err != nil {
		t.Fatal(err)
	}
	want, _ := os.ReadFile(image)
	got, err := os.ReadFile(back)
	if err != nil || !bytes.HasPrefix(got, want) || !strings.Contains(said.String(), dev+", 8.4 MB") {
		t.Errorf("%v\n%s", err, &said)
	}

	// In use by another, it is refused by the kernel if not by us.
	f, err := os.OpenFile(dev, os.O_RDWR|unix.O_EXCL, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := Write(dev, image, Options{Yes: true, Force: true, Out: io.Discard}); err == nil || !strings.Contains(err.Error(), "is in use: unmount it first") {
		t.Errorf("in use: %v", err)
	}
}

//go:build linux

package flash

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever a card does wrong with a change, it is told, and where.
func TestRewrite(t *testing.T) {
	c := &Change{At: 1000, Bytes: []byte("some new bytes")}
	for _, x := range []struct {
		name string
		set  func(m *medium)
		want string
	}{
		{"good", func(m *medium) {}, ""},
		{"write fails", func(m *medium) { m.failWrite = 1005 }, "writing at 1005: input/output error; what is there now is neither old nor new"},
		{"write is short", func(m *medium) { m.short = 1003 }, "writing at 1003: short write"},
		{"flush fails", func(m *medium) { m.failFlush = errMedium }, "flushing: input/output error"},
		{"read fails", func(m *medium) { m.failRead = 1000 }, "reading back at 1000: input/output error"},
		{"another byte", func(m *medium) { m.lies = 1013 }, "reading back: byte 1013 is"},
		{"before the change", func(m *medium) { m.lies = 999 }, ""},
	} {
		m := newMedium(4096)
		x.set(m)
		err := rewrite(m, c)
		if x.want != "" {
			if err == nil || !strings.Contains(err.Error(), x.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v, want %s", x.name, err, x.want)
			}
			continue
		}
		want := make([]byte, 4096)
		copy(want[1000:], c.Bytes)
		if err != nil || !bytes.Equal(m.content, want) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}

// A file is changed in place and only where it should; what the caller refuses is not written, nor is
// anything to a disk that is in use.
func TestUpdate(t *testing.T) {
	name := filepath.Join(t.TempDir(), "card.img")
	old := bytes.Repeat([]byte{7}, 5000)
	if err := os.WriteFile(name, old, 0o644); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("signed")
	for _, c := range []struct {
		change *Change
		err    error
	}{{nil, nil}, {nil, refused}, {&Change{At: 4990, Bytes: []byte("new")}, nil}} {
		err := Update(name, Options{}, func(r io.ReaderAt, size int64) (*Change, error) {
			b := make([]byte, size)
			if _, err := r.ReadAt(b, 0); err != nil || !bytes.Equal(b, old) {
				t.Errorf("%v, or other content", err)
			}
			return c.change, c.err
		})
		if err != c.err {
			t.Error(err)
		}
		want := bytes.Clone(old)
		if c.change != nil {
			copy(want[c.change.At:], c.change.Bytes)
		}
		if got, _ := os.ReadFile(name); !bytes.Equal(got, want) {
			t.Errorf("%v: other content", c.change)
		}
	}
	never := func(io.ReaderAt, int64) (*Change, error) {
		t.Error("was read")
		return nil, nil
	}
	for dev, want := range map[string]string{filepath.Join(filepath.Dir(name), "none"): "no such file", filepath.Dir(name): "is neither a disk nor a file", "/dev/null": "is neither a disk nor a file"} {
		if err := Update(dev, Options{Yes: true}, never); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", dev, err)
		}
	}
	pc := newComputer(t)
	pc.disk("sdx", 0, "1", card)
	pc.write("proc/self/mountinfo", "30 1 8:2 / /media/card rw - vfat /dev/sdx2 rw\n")
	if err := pc.update("/dev/sdx", Options{Yes: true, Force: true}, never); err == nil || !strings.Contains(err.Error(), "in use (mounted on /media/card): unmount it first") {
		t.Error(err)
	}
}

// The change of an image that is written is on the card, across the borders of what is read at once.
func TestWriteChanged(t *testing.T) {
	image := fakeCard(t)
	for _, at := range []int64{0x500, chunkSize - 3, 2*chunkSize - 10, 3<<20 - 10} {
		to := filepath.Join(t.TempDir(), "disk")
		if err := os.WriteFile(to, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(image)
		if err != nil {
			t.Fatal(err)
		}
		c := &Change{At: at, Bytes: []byte("0123456789")}
		copy(want[at:], c.Bytes)
		err = Write(to, image, Options{Yes: true, Out: io.Discard, Change: c})
		if got, _ := os.ReadFile(to); err != nil || !bytes.Equal(got, want) {
			t.Errorf("at %d: %v", at, err)
		}
	}
}

// A change of a disk that is a file, where the computer has such and lets us.
func TestUpdateLoopDevice(t *testing.T) {
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
	for _, c := range []struct{ answer, want string }{{"no\n", "\x00\x00\x00"}, {"yes\n", "new"}} {
		var said strings.Builder
		err := Update(dev, Options{In: strings.NewReader(c.answer), Out: &said}, func(r io.ReaderAt, size int64) (*Change, error) {
			if size != 8<<20 {
				t.Errorf("%d bytes", size)
			}
			return &Change{At: 1001, Bytes: []byte("new")}, nil
		})
		if refused := err != nil; refused != (c.answer == "no\n") || !strings.HasSuffix(said.String(), dev+", 8.4 MB\nChange it? yes or no: ") {
			t.Errorf("%s: %v\n%s", c.answer, err, &said)
		}
		if got, err := os.ReadFile(back); err != nil || string(got[1000:1005]) != "\x00"+c.want+"\x00" {
			t.Errorf("%s: %q, %v", c.answer, got[1000:1005], err)
		}
	}
}

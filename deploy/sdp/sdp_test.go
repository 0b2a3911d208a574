package sdp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/boot/image/bootrom"
	"github.com/tamagotake/tamagotake/boot/image/imx"
)

// board is the model of a boot ROM, on which something can be wrong.
type board struct {
	bootrom.USB
	reports int

	dropAfter    int // unplugged after so many reports; 0: never
	gone         bool
	shortWrites  bool
	shortAnswers bool
	mute         bool
	strayReport  bool
	change       map[byte]uint32 // what it says instead, by the report's number
	changeAfter  int             // from which answer on
	answers      int
}

var errUnplugged = errors.New("no such device")

func (b *board) Write(report []byte) (int, error) {
	if b.reports++; b.gone || b.dropAfter > 0 && b.reports > b.dropAfter {
		return 0, errUnplugged
	}
	if b.shortWrites {
		return len(report) - 1, nil
	}
	return b.USB.Write(report)
}

func (b *board) Read(report []byte, timeout time.Duration) (int, error) {
	if b.mute {
		return 0, os.ErrDeadlineExceeded
	}
	n, err := b.USB.Read(report, timeout)
	if err != nil {
		return n, err
	}
	b.answers++
	if word, ok := b.change[report[0]]; ok && b.answers > b.changeAfter {
		binary.BigEndian.PutUint32(report[1:], word)
	}
	if b.strayReport {
		report[0] = 9
	}
	if b.shortAnswers {
		n = 3
	}
	return n, nil
}

func testImage(t *testing.T, writes int) *imx.Image {
	t.Helper()
	c := &imx.Config{CSFSize: 0x4000, Writes: []imx.Write{{Addr: 0x021b0000, Value: 0x84180000}, {Addr: 0x021b0040, Value: 0x4f}}}
	for i := len(c.Writes); i < writes; i++ {
		c.Writes = append(c.Writes, imx.Write{Addr: 0x020c4068, Value: uint32(i)})
	}
	file, err := imx.Build(c, &image.Memory{Base: 0x80010000, Entry: 0x80010010, Bytes: bytes.Repeat([]byte("program "), 1000)})
	if err != nil {
		t.Fatal(err)
	}
	m, err := imx.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func none(int, int) {}

// What the board has afterwards is the image at its address, but for the pointer to the
// DCD, and the DCD's registers; also with a DCD that is longer than a report.
func TestLoad(t *testing.T) {
	for _, writes := range []int{2, 121, 127, 128, 220} {
		m, rom := testImage(t, writes), &bootrom.USB{}
		before := bytes.Clone(m.File)
		sent := 0
		closed, err := Load(rom, m, func(done, of int) { sent = done })
		if err != nil || closed || sent != len(m.File) {
			t.Errorf("%d writes: %v, closed %v, %d bytes", writes, err, closed, sent)
		}
		b, err := rom.Booted()
		if err != nil {
			t.Fatal(err)
		}
		if b.Entry != m.Entry || b.Addr != m.Start || len(b.Writes) != writes || b.Writes[1].Value != m.Writes[1].Value {
			t.Errorf("%d writes: jumped to %#x after %d writes", writes, b.Entry, len(b.Writes))
		}
		want := bytes.Clone(before)
		binary.LittleEndian.PutUint32(want[12:], 0)
		if !bytes.Equal(b.Bytes[imx.CardOffset:], want) {
			t.Errorf("%d writes: memory differs", writes)
		}
		if !bytes.Equal(m.File, before) {
			t.Error("the image was changed")
		}
	}
}

func TestClosed(t *testing.T) {
	if closed, err := Load(&bootrom.USB{Closed: true}, testImage(t, 2), none); err != nil || !closed {
		t.Errorf("closed %v, %v", closed, err)
	}
}

// Every way in which a board can fail ends with a line that says in what.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name  string
		board board
		want  string
	}{
		{"mute", board{mute: true}, "DCD: no answer within 5s"},
		{"unplugged at once", board{gone: true}, "DCD: sending the command: no such device"},
		{"unplugged in the DCD", board{dropAfter: 1}, "DCD: sending byte 0 of 24: no such device"},
		{"unplugged before the image", board{dropAfter: 2}, "image: sending the command: no such device"},
		{"unplugged in the image", board{dropAfter: 5}, "image: sending byte 2048 of"},
		{"unplugged before the jump", board{dropAfter: 14}, "jump: sending the command: no such device"},
		{"writes are short", board{shortWrites: true}, "DCD: sending the command: short write"},
		{"answers are short", board{shortAnswers: true}, "DCD: answer of 3 bytes"},
		{"stray report", board{strayReport: true}, "DCD: report 09 56 78 78 56 where number 3 was expected"},
		{"no state", board{change: map[byte]uint32{3: 0xf0}}, "neither that it is open nor closed, but 0x000000f0"},
		{"DCD refused", board{change: map[byte]uint32{4: 0x33333333}}, "DCD: the device answers 0x33333333, not 0x128a8a12: refused"},
		{"image refused", board{change: map[byte]uint32{4: 0x10101010}, changeAfter: 2}, "image: the device answers 0x10101010, not 0x88888888: refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(&c.board, testImage(t, 2), none)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %s", err, c.want)
			}
			if _, err := c.board.Booted(); err == nil {
				t.Error("and has jumped")
			}
		})
	}
}

// What the ROM itself refuses: registers that a DCD may not write, memory that was not set
// up, and an image that does not say that it is where it is.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(m *imx.Image)
		want   string
	}{
		{"register", func(m *imx.Image) { m.DCD[8] = 0x01 }, "DCD: the device answers 0x33333333"},
		{"memory off", func(m *imx.Image) { m.DCD[12] = 0 }, "image: the device answers 0x33333333"},
		{"elsewhere", func(m *imx.Image) { m.Self += 0x1000 }, "jump: the device answers 0x33333333: it did not start the image"},
	} {
		m := testImage(t, 2)
		m.DCD = bytes.Clone(m.DCD)
		c.change(m)
		rom := &bootrom.USB{}
		if _, err := Load(rom, m, none); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	add := func(name, id string) {
		dir := filepath.Join(root, "sys/class/hidraw", name, "device")
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "uevent"), []byte("DRIVER=hid-generic\nHID_ID="+id+"\nHID_NAME=x\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	try := func(want string) {
		t.Helper()
		if _, _, err := Find(root); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %s", err, want)
		}
	}
	try("no board waits for a download")
	add("hidraw0", "0003:0000046D:0000C31C") // a keyboard
	add("hidraw1", "0005:000015A2:00000080") // not on USB
	try("no board waits for a download")
	add("hidraw2", "0003:000015A2:0000007D")
	if path, chip, err := Find(root); err != nil || path != filepath.Join(root, "dev/hidraw2") || chip != "i.MX6UL" {
		t.Errorf("%s, %s, %v", path, chip, err)
	}
	if _, err := Open(filepath.Join(root, "dev/hidraw2")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	add("hidraw3", "0003:000015a2:00000080")
	try("more than one board")
}

// The node in /dev, as far as it can be had without a board: a pipe has deadlines and
// reports, too.
func TestHidraw(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	h := &Hidraw{r}
	b := make([]byte, 65)
	if _, err := h.Read(b, time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("nothing to read: %v", err)
	}
	w.Write([]byte{3, 1, 2, 3, 4})
	if n, err := h.Read(b, time.Minute); n != 5 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}

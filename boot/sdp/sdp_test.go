package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tamagotake/boot/image"
	"tamagotake/boot/image/imx"
)

// board is a boot ROM that waits for a download: commands as IMX6ULLRM 8.9.3 has them,
// read from the bytes and not with the package that wrote them.
type board struct {
	memory  map[uint32]byte
	writes  []imx.Write // registers that a DCD has set
	answers [][]byte
	entry   uint32 // where it has jumped to
	gone    bool

	command, addr, count uint32 // what it is in the middle of
	data                 []byte

	state        uint32 // what it says of itself
	dropAfter    int    // unplugged after so many reports; 0: never
	reports      int
	shortWrites  bool
	shortAnswers bool
	mute         bool
	wrongReport  bool
	dcdStatus    uint32
	writeStatus  uint32
	refuseJump   bool
	strayReport  bool
}

func newBoard() *board {
	return &board{memory: map[uint32]byte{}, state: habOpen, dcdStatus: dcdComplete, writeStatus: writeComplete}
}

var errUnplugged = errors.New("no such device")

func (b *board) Write(report []byte) (int, error) {
	if b.reports++; b.gone || b.dropAfter > 0 && b.reports > b.dropAfter {
		b.gone = true
		return 0, errUnplugged
	}
	if b.shortWrites {
		return len(report) - 1, nil
	}
	be := binary.BigEndian
	switch report[0] {
	case 1:
		c := report[1:]
		if len(c) != 16 || b.count > 0 {
			return 0, errors.New("stall: command where none belongs")
		}
		b.command, b.addr, b.count, b.data = uint32(be.Uint16(c)), be.Uint32(c[2:]), be.Uint32(c[7:]), nil
		if b.command == 0x0b0b {
			b.jump()
		}
	case 2:
		if b.count == 0 || len(report) < 2 || len(report) > 1025 {
			return 0, errors.New("stall: data where none belongs")
		}
		b.data = append(b.data, report[1:]...)
		if uint32(len(b.data)) > b.count {
			return 0, errors.New("stall: more data than was said")
		}
		if uint32(len(b.data)) == b.count {
			b.complete()
		}
	default:
		return 0, errors.New("stall: no such report")
	}
	return len(report), nil
}

// complete ends a command whose data has come.
func (b *board) complete() {
	b.count = 0
	status := b.writeStatus
	switch b.command {
	case 0x0a0a:
		status = b.dcdStatus
		if status == dcdComplete && (b.addr != 0x910000 || !b.configure()) {
			status = 0x33333333
		}
	case 0x0404:
		for i, c := range b.data {
			b.memory[b.addr+uint32(i)] = c
		}
	default:
		status = 0
	}
	b.say(3, b.state)
	b.say(4, status)
}

// configure obeys a DCD of one write command.
func (b *board) configure() bool {
	be := binary.BigEndian
	d := b.data
	if d[0] != 0xd2 || int(be.Uint16(d[1:])) != len(d) || d[4] != 0xcc || d[7] != 4 {
		return false
	}
	for d = d[8:]; len(d) > 0; d = d[8:] {
		b.writes = append(b.writes, imx.Write{Addr: be.Uint32(d), Value: be.Uint32(d[4:])})
	}
	return true
}

func (b *board) word(at uint32) uint32 {
	return uint32(b.memory[at]) | uint32(b.memory[at+1])<<8 | uint32(b.memory[at+2])<<16 | uint32(b.memory[at+3])<<24
}

func (b *board) jump() {
	b.say(3, b.state)
	// The vector table is at the address, says so itself, and has no DCD left: that
	// has been obeyed, and would break memory that is in use.
	if b.refuseJump || b.word(b.addr) != 0x402000d1 || b.word(b.addr+20) != b.addr || b.word(b.addr+12) != 0 {
		b.say(4, 0x12345678)
		return
	}
	b.entry, b.gone = b.word(b.addr+4), true
}

func (b *board) say(number byte, word uint32) {
	size := map[byte]int{3: 5, 4: 65}[number]
	report := make([]byte, size)
	report[0] = number
	binary.BigEndian.PutUint32(report[1:], word)
	if b.wrongReport {
		report[0] = 7
	}
	if b.shortAnswers {
		report = report[:3]
	}
	if b.strayReport {
		b.answers = append(b.answers, []byte{9, 9})
	}
	b.answers = append(b.answers, report)
}

func (b *board) Read(report []byte, timeout time.Duration) (int, error) {
	if len(b.answers) > 0 && !b.mute {
		n := copy(report, b.answers[0])
		b.answers = b.answers[1:]
		return n, nil
	}
	if b.gone {
		return 0, errUnplugged
	}
	return 0, os.ErrDeadlineExceeded
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
		m, b := testImage(t, writes), newBoard()
		before := bytes.Clone(m.File)
		sent := 0
		closed, err := load(b, m, func(done, of int) { sent = done })
		if err != nil || closed || sent != len(m.File) {
			t.Errorf("%d writes: %v, closed %v, %d bytes", writes, err, closed, sent)
		}
		if b.entry != m.Entry || len(b.writes) != writes || b.writes[1] != m.Writes[1] {
			t.Errorf("%d writes: jumped to %#x after %d writes", writes, b.entry, len(b.writes))
		}
		want := bytes.Clone(before)
		binary.LittleEndian.PutUint32(want[12:], 0)
		if len(b.memory) != len(want) {
			t.Errorf("%d bytes in memory, want %d", len(b.memory), len(want))
		}
		for i, c := range want {
			if b.memory[m.Self+uint32(i)] != c {
				t.Fatalf("%d writes: memory differs at %#x", writes, m.Self+uint32(i))
			}
		}
		if !bytes.Equal(m.File, before) {
			t.Error("the image was changed")
		}
	}
}

func TestClosed(t *testing.T) {
	b := newBoard()
	b.state = habClosed
	if closed, err := load(b, testImage(t, 2), none); err != nil || !closed {
		t.Errorf("closed %v, %v", closed, err)
	}
}

// Every way in which a board can fail ends with a line that says in what.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(b *board)
		want string
	}{
		{"mute", func(b *board) { b.mute = true }, "DCD: no answer within 5s"},
		{"unplugged at once", func(b *board) { b.gone = true }, "DCD: sending the command: no such device"},
		{"unplugged in the DCD", func(b *board) { b.dropAfter = 1 }, "DCD: sending byte 0 of 24: no such device"},
		{"unplugged before the image", func(b *board) { b.dropAfter = 2 }, "image: sending the command: no such device"},
		{"unplugged in the image", func(b *board) { b.dropAfter = 5 }, "image: sending byte 2048 of"},
		{"writes are short", func(b *board) { b.shortWrites = true }, "DCD: sending the command: short write"},
		{"answers are short", func(b *board) { b.shortAnswers = true }, "DCD: answer of 3 bytes"},
		{"other report", func(b *board) { b.wrongReport = true }, "DCD: report 07 56 78 78 56 where number 3 was expected"},
		{"stray report", func(b *board) { b.strayReport = true }, "DCD: report 09 09 where number 3 was expected"},
		{"no state", func(b *board) { b.state = 0xf0 }, "neither that it is open nor closed, but 0x000000f0"},
		{"DCD refused", func(b *board) { b.dcdStatus = 0x33333333 }, "DCD: the device answers 0x33333333, not 0x128a8a12: refused"},
		{"image refused", func(b *board) { b.writeStatus = 0x10101010 }, "image: the device answers 0x10101010, not 0x88888888: refused"},
		{"jump refused", func(b *board) { b.refuseJump = true }, "jump: the device answers 0x12345678: it did not start the image"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBoard()
			c.set(b)
			_, err := load(b, testImage(t, 2), none)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %s", err, c.want)
			}
			if b.entry != 0 {
				t.Error("and has jumped")
			}
		})
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
	image := filepath.Join(root, "x.imx")
	if err := os.WriteFile(image, testImage(t, 2).File, 0o644); err != nil {
		t.Fatal(err)
	}
	try := func(want string) {
		t.Helper()
		if err := run(root, image, io.Discard); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %s", err, want)
		}
	}
	try("no board waits for a download")
	add("hidraw0", "0003:0000046D:0000C31C") // a keyboard
	add("hidraw1", "0005:000015A2:00000080") // not on USB
	try("no board waits for a download")
	add("hidraw2", "0003:000015A2:0000007D")
	if path, chip, err := find(root); err != nil || path != filepath.Join(root, "dev/hidraw2") || chip != "i.MX6UL" {
		t.Errorf("%s, %s, %v", path, chip, err)
	}
	try("dev/hidraw2: no such file")
	add("hidraw3", "0003:000015a2:00000080")
	try("more than one board")

	if err := os.WriteFile(image, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	try("x.imx: 4 bytes: too short")
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
	h := &hidraw{r}
	b := make([]byte, 65)
	if _, err := h.Read(b, time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("nothing to read: %v", err)
	}
	w.Write([]byte{3, 1, 2, 3, 4})
	if n, err := h.Read(b, time.Minute); n != 5 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}

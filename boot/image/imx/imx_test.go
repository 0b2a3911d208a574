package imx

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image"

	"github.com/usbarmory/armory-boot/sdp"
)

const base = 0x80010000

// memory is a program of some size, with an entry that is not its first byte.
func memory(size int) *image.Memory {
	r := rand.New(rand.NewPCG(1, uint64(size)))
	m := &image.Memory{Base: base, Entry: base + uint32(size)/2&^3, Bytes: make([]byte, size)}
	for i := range m.Bytes {
		m.Bytes[i] = byte(r.Uint32())
	}
	return m
}

func build(t testing.TB, c *Config, m *image.Memory) []byte {
	t.Helper()
	file, err := Build(c, m)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// The file is what mkimage of u-boot-tools writes, byte for byte, but for the entry: for
// mkimage that is the program's first byte, from which it computes all the addresses.
func TestAgainstMkimage(t *testing.T) {
	if _, err := exec.LookPath("mkimage"); err != nil {
		t.Fatal("no mkimage: make test-host installs it (Debian package u-boot-tools)")
	}
	noCSF := filepath.Join(t.TempDir(), "no-csf.cfg")
	text, err := os.ReadFile(cfgFile(t, boards[0]))
	if err != nil {
		t.Fatal(err)
	}
	without := strings.Replace(string(text), "CSF 0x4000", "", 1)
	if err := os.WriteFile(noCSF, []byte(without), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{cfgFile(t, boards[0]), cfgFile(t, boards[1]), noCSF} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := ParseConfig(name, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{4, 1000, 4095, 4096, 4097, 1<<20 + 3} {
			t.Run(fmt.Sprint(filepath.Base(name), " ", size), func(t *testing.T) {
				m := memory(size)
				dir := t.TempDir()
				in, out := filepath.Join(dir, "app.bin"), filepath.Join(dir, "app.imx")
				if err := os.WriteFile(in, m.Bytes, 0o644); err != nil {
					t.Fatal(err)
				}
				if said, err := exec.Command("mkimage", "-n", name, "-T", "imximage", "-e", fmt.Sprintf("%#x", base), "-d", in, out).CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, said)
				}
				want, err := os.ReadFile(out)
				if err != nil {
					t.Fatal(err)
				}
				if binary.LittleEndian.Uint32(want[4:]) != base {
					t.Fatalf("mkimage's entry is %x", want[4:8])
				}
				binary.LittleEndian.PutUint32(want[4:], m.Entry)
				got := build(t, c, m)
				if len(got) != len(want) {
					t.Errorf("%d bytes, want %d", len(got), len(want))
				}
				for i := range min(len(got), len(want)) {
					if got[i] != want[i] {
						t.Fatalf("at %#x: %02x, want %02x", i, got[i], want[i])
					}
				}
			})
		}
	}
}

// Offsets and addresses as the manual and a board's image have them, written out.
func TestGolden(t *testing.T) {
	m := memory(0x2345)
	file := build(t, cfg(t, "imximage.cfg"), m)
	for _, c := range []struct {
		at   int
		want string
	}{
		{0x00, "d1002040" + "a0110180" + "00000000" + "2cf40080" + "20f40080" + "00f40080" + "00300180" + "00000000"},
		{0x20, "00f00080" + "00800000" + "00000000"},
		{0x2c, "d203d040" + "cc03cc04" + "020c4068" + "ffffffff"},
		{0x3f4, "021b001c" + "00000000" + "00000000"},
		{0xc00, hex.EncodeToString(m.Bytes[:16])},
		{0xc00 + 0x2344, hex.EncodeToString(m.Bytes[0x2344:]) + "000000"},
	} {
		if got := hex.EncodeToString(file[c.at:][:len(c.want)/2]); got != c.want {
			t.Errorf("at %#x: %s, want %s", c.at, got, c.want)
		}
	}
	if len(file) != 0x4000-0x400 {
		t.Errorf("%#x bytes", len(file))
	}
}

// armory-boot reads images to send them over USB; it knows nothing of this package.
func TestIndependentParser(t *testing.T) {
	for _, board := range boards {
		c, m := cfg(t, board), memory(100001)
		file := build(t, c, m)
		ivt, err := sdp.ParseIVT(file)
		if err != nil {
			t.Fatal(err)
		}
		if ivt.Entry != m.Entry || ivt.Self != base-0xc00 || ivt.DCD != ivt.Self+0x2c || ivt.BootData != ivt.Self+0x20 ||
			ivt.CSF != base-0x1000+0x1a000 || ivt.Version != 0x40 {
			t.Errorf("%+v", ivt)
		}
		dcd, err := sdp.ParseDCD(file, ivt)
		if err != nil {
			t.Fatal(err)
		}
		if len(dcd) != 8+8*len(c.Writes) {
			t.Errorf("DCD of %d bytes for %d writes", len(dcd), len(c.Writes))
		}
		for i, w := range c.Writes {
			be := binary.BigEndian
			if got := (Write{be.Uint32(dcd[8+8*i:]), be.Uint32(dcd[12+8*i:])}); got != w {
				t.Errorf("write %d: %x, want %x", i, got, w)
			}
		}
		got, err := Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		if got.Entry != ivt.Entry || got.Self != ivt.Self || got.CSF != ivt.CSF || !bytes.Equal(got.DCD, dcd) ||
			fmt.Sprint(got.Writes) != fmt.Sprint(c.Writes) || !bytes.HasPrefix(got.Program, m.Bytes) {
			t.Errorf("Parse differs: entry %#x, self %#x, CSF %#x", got.Entry, got.Self, got.CSF)
		}
	}
}

func TestBuildRefusals(t *testing.T) {
	at := func(base uint32, size int) *image.Memory {
		return &image.Memory{Base: base, Entry: base, Bytes: make([]byte, size)}
	}
	entry := func(e uint32) *image.Memory {
		m := at(base, 0x1000)
		m.Entry = e
		return m
	}
	board := cfg(t, "imximage.cfg")
	long := &Config{Writes: make([]Write, 221)}
	for _, c := range []struct {
		name string
		cfg  *Config
		m    *image.Memory
		want string
	}{
		{"entry before", board, entry(base - 4), "entry point 0x8000fffc is outside of the program, 0x80010000 to 0x80010fff"},
		{"entry behind", board, entry(base + 0x1000), "entry point 0x80011000 is outside of the program, 0x80010000 to 0x80010fff"},
		{"DCD", long, at(base, 0x1000), "DCD of 1776 bytes for 221 writes: the boot ROM takes at most 1768 bytes"},
		{"ROM", board, at(0x2000, 0x1000), "the image would be loaded to 0x1000-0x6fff, over the boot ROM itself, 0x0-0x17fff"},
		{"ROM's data", board, at(0x907000, 0x1000), "the image would be loaded to 0x906000-0x90bfff, over the boot ROM's data in on-chip memory, 0x900000-0x906fff"},
		{"ROM's stack", board, at(0x908000, 0xd000), "the image would be loaded to 0x907000-0x918fff, over the boot ROM's tables and stack in on-chip memory, 0x918000-0x91ffff"},
		{"registers", board, at(0x2000000, 0x1000), "the image would be loaded to 0x1fff000-0x2004fff, outside of memory, 0x80000000-0x9fffffff"},
		{"below memory", board, at(0x80000000, 0x1000), "the image would be loaded to 0x7ffff000-0x80004fff, outside of memory, 0x80000000-0x9fffffff"},
		{"past memory", board, at(0x9ffff000, 0x1000), "the image would be loaded to 0x9fffe000-0xa0003fff, outside of memory, 0x80000000-0x9fffffff"},
		{"no memory", &Config{Writes: board.Writes[:10]}, at(base, 0x1000), "no DATA line sets MMDC_MDASP (0x21b0040) to an end of memory above 0x80000000: there would be no memory to load to"},
		{"no header", board, at(0x400, 0x1000), "program at 0x400: not a multiple of 4, or no room for the header below it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Build(c.cfg, c.m); err == nil || err.Error() != c.want {
				t.Errorf("%v\nwant %s", err, c.want)
			}
		})
	}
	// Just inside, each.
	for name, m := range map[string]*image.Memory{"last byte": at(0x9fff9000, 0x2000), "on-chip": at(0x908000, 0xc000)} {
		if _, err := Build(board, m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Build(cfg(t, "imximage-1gb.cfg"), at(0x9ffff000, 0x1000)); err != nil {
		t.Errorf("in the second half of a gigabyte: %v", err)
	}
}

func TestParseRefusals(t *testing.T) {
	c := cfg(t, "imximage.cfg")
	good := build(t, c, memory(5000))
	change := func(f func(le binary.ByteOrder, b []byte)) []byte {
		b := bytes.Clone(good)
		f(binary.LittleEndian, b)
		return b
	}
	put := func(at int, v uint32) []byte {
		return change(func(le binary.ByteOrder, b []byte) { le.PutUint32(b[at:], v) })
	}
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "0 bytes: too short"},
		{"half", good[:len(good)-4096], "truncated?"},
		{"longer", append(bytes.Clone(good), 0), "truncated?"},
		{"text", bytes.Repeat([]byte("x"), 5000), "begins with 78 78 78 78"},
		{"self", put(0x14, 0x1234), "image at 0x1234, boot data says"},
		{"boot data", put(0x10, 0x80000000), "boot data is not behind"},
		{"DCD", put(0x0c, 0x80000000), "DCD is not behind"},
		{"plugin", put(0x28, 1), "plugin"},
		{"CSF", put(0x18, 0x70000000), "signatures at 0x70000000"},
		{"length", put(0x24, 0x100), "less than the header"},
		{"entry", put(0x04, base-4), "entry point 0x8000fffc"},
		{"DCD's tag", put(0x2c, 0x400010d3), "where the DCD should be"},
		{"DCD's length", put(0x2c, 0x400007d2), "DCD of 1792 bytes"},
		{"DCD's command", put(0x30, 0x0cc003cf), "DCD command cf"},
	} {
		if _, err := Parse(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// Whatever an image says of itself, reading it ends with an error or with parts that lie
// inside it.
func FuzzParse(f *testing.F) {
	f.Add(build(f, cfg(f, "imximage.cfg"), memory(100)))
	f.Add(build(f, &Config{Writes: []Write{{mmdcMDASP, 0x4f}}}, memory(5000)))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Parse(file)
		if err != nil {
			return
		}
		if len(m.Program) == 0 || len(m.DCD) > DCDMax || len(m.Writes)*8+8 != len(m.DCD) || uint64(m.Entry) >= uint64(m.Start)+uint64(m.Length) {
			t.Fatalf("%d bytes of program, %d of DCD, entry %#x", len(m.Program), len(m.DCD), m.Entry)
		}
	})
}

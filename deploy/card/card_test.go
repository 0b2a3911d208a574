package card

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/boot/image/bootrom"
	"github.com/tamagotake/tamagotake/boot/image/imx"
)

// kernel is an image with a program of some size.
func kernel(t *testing.T, size int) []byte {
	t.Helper()
	m := &image.Memory{Base: 0x80010000, Entry: 0x80010004, Bytes: bytes.Repeat([]byte("code"), size/4)}
	c := &imx.Config{CSFSize: 0x4000, Writes: []imx.Write{{Addr: 0x021b0000, Value: 0x84180000}, {Addr: 0x021b0040, Value: 0x4f}}}
	img, err := imx.Build(c, m)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func create(t *testing.T, img []byte, files ...string) *os.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "card.img")
	if err := Create(name, img, files); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func textFile(t *testing.T, name, text string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// The boot ROM finds the image, whole, with a partition behind it or without, and where
// the image needs more room than most.
func TestROMFindsImage(t *testing.T) {
	for name, size := range map[string]int{"small": 1 << 10, "as large as its place": 8<<20 - 0x1000 - 0x4000, "larger": 12 << 20} {
		for _, files := range [][]string{nil, {textFile(t, "config.txt", "x")}} {
			img := kernel(t, size)
			f := create(t, img, files...)
			b, err := bootrom.FromCard(f)
			if err != nil {
				t.Errorf("%s, %d files: %v", name, len(files), err)
				continue
			}
			if !bytes.HasPrefix(b.Bytes[imx.CardOffset:], img) || b.Entry != 0x80010004 {
				t.Errorf("%s, %d files: another image", name, len(files))
			}
			mbr := b.Bytes[:512]
			if mbr[510] != 0x55 || mbr[511] != 0xaa {
				t.Errorf("%s: no partition table", name)
			}
			first := binary.LittleEndian.Uint32(mbr[446+8:])
			if has := len(files) > 0; has != (mbr[446+4] == 0x0c) || has && uint64(first)*512 < uint64(len(b.Bytes)) {
				t.Errorf("%s, %d files: partition of type %#x from sector %d on", name, len(files), mbr[446+4], first)
			}
		}
	}
}

// The file system is what others take it to be: dosfstools finds no fault, mtools the file.
func TestPartition(t *testing.T) {
	for _, tool := range []string{"fsck.fat", "mtype"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("no %s: make test-host installs it", tool)
		}
	}
	text := strings.Repeat("rate 115200\n", 5000)
	f := create(t, kernel(t, 1<<20), textFile(t, "config.txt", text), textFile(t, "A long name.json", "{}"))
	whole, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	entry := whole[446:]
	start, sectors := binary.LittleEndian.Uint32(entry[8:]), binary.LittleEndian.Uint32(entry[12:])
	if uint64(start+sectors)*512 != uint64(len(whole)) {
		t.Fatalf("partition of %d sectors from %d on, card of %d bytes", sectors, start, len(whole))
	}
	partition := filepath.Join(t.TempDir(), "fat")
	if err := os.WriteFile(partition, whole[start*512:], 0o644); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("fsck.fat", "-n", "-v", partition).CombinedOutput(); err != nil || !bytes.Contains(said, []byte("2 FATs, 32 bit entries")) {
		t.Errorf("%v\n%s", err, said)
	}
	for name, want := range map[string]string{"::config.txt": text, "::A long name.json": "{}"} {
		if got, err := exec.Command("mtype", "-i", partition, name).CombinedOutput(); err != nil || string(got) != want {
			t.Errorf("%s: %v, %d bytes, want %d: %.200q", name, err, len(got), len(want), got)
		}
	}
}

// The same input is the same card, if the time of its files is told, and a card that cannot
// be made leaves the old one.
func TestCreate(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	img, config := kernel(t, 1000), textFile(t, "config.txt", "x")
	a, err := os.ReadFile(create(t, img, config).Name())
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(create(t, img, config).Name())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("two cards from the same input differ")
	}

	old := textFile(t, "card.img", "old")
	for name, c := range map[string]struct {
		img   []byte
		files []string
		want  string
	}{
		"no image":   {[]byte("\x7fELF"), nil, "not an image for the card"},
		"cut image":  {img[:len(img)-4096], nil, "truncated?"},
		"no file":    {img, []string{"nowhere"}, "nowhere: no such file"},
		"large file": {img, []string{textFile(t, "a", strings.Repeat("x", 33<<20))}, "more than 32 MiB of files"},
		"same name":  {img, []string{config, textFile(t, "CONFIG.TXT", "y")}, "two files are called CONFIG.TXT"},
		"no end":     {img, []string{"/dev/zero"}, "/dev/zero (Dc---------): not a regular file"},
		"directory":  {img, []string{t.TempDir()}, "not a regular file"},
		"bad name":   {img, []string{textFile(t, "ends with a dot.", "")}, `"ends with a dot." ends with a dot`},
	} {
		if err := Create(old, c.img, c.files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(old), "*"))
	hidden, _ := filepath.Glob(filepath.Join(filepath.Dir(old), ".*"))
	if text, _ := os.ReadFile(old); err != nil || string(text) != "old" || len(left)+len(hidden) != 1 {
		t.Errorf("left behind: %q, %v %v", text, left, hidden)
	}
}

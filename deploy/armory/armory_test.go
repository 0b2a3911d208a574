package armory

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image/bootrom"
	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/deploy/sign"
)

// program is an ARM executable of one segment, behind the page of headers that Go's linker makes.
func program() []byte {
	const headers, ehdr = 0x1000, 52
	code := []byte(strings.Repeat("code", 1000))
	le := binary.LittleEndian
	b := append([]byte("\x7fELF\x01\x01\x01"), make([]byte, 9)...)
	b = le.AppendUint16(b, 2)  // executable
	b = le.AppendUint16(b, 40) // ARM
	for _, v := range []uint32{1, 0x80011004, ehdr, 0, 0} {
		b = le.AppendUint32(b, v)
	}
	for _, v := range []uint16{ehdr, 32, 1, 40, 0, 0} {
		b = le.AppendUint16(b, v)
	}
	size := uint32(headers + len(code))
	for _, v := range []uint32{1, 0, 0x80010000, 0x80010000, size, size, 5, 0x1000} {
		b = le.AppendUint32(b, v)
	}
	return append(append(b, make([]byte, headers-len(b))...), code...)
}

// config is the settings that TamaGo has for the board.
func config(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/usbarmory/tamago").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "board/usbarmory/mk2/imximage.cfg")
}

func load(t *testing.T, file []byte) *bootrom.Boot {
	t.Helper()
	const csf = 64 << 10 // the card goes on where the signatures would be
	card := append(append(make([]byte, imx.CardOffset), file...), make([]byte, csf)...)
	b, err := bootrom.FromCard(bytes.NewReader(card))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The boot ROM loads the program from what is made, and starts a signed one on a closed board. What
// was made before is signed alike, and not twice.
func TestMake(t *testing.T) {
	cfg := config(t)
	plain, err := Make(cfg, program(), "", sign.Card)
	if err != nil {
		t.Fatal(err)
	}
	if b := load(t, plain.File); b.Entry != 0x80011004 || !bytes.Contains(b.Bytes, []byte("codecode")) || len(b.Writes) != 121 {
		t.Errorf("entry %#x, %d writes", b.Entry, len(b.Writes))
	}
	if !strings.Contains(plain.About, "entry 0x80011004, 121 registers in the DCD, not signed") {
		t.Error(plain.About)
	}
	keys := filepath.Join(t.TempDir(), "keys")
	if err := sign.MakeKeys(keys); err != nil {
		t.Fatal(err)
	}
	k, err := sign.ReadKeys(keys)
	if err != nil {
		t.Fatal(err)
	}
	made, err := Make(cfg, program(), keys, sign.Card)
	if err != nil {
		t.Fatal(err)
	}
	read, err := Read(plain.File, keys, sign.Card)
	if err != nil {
		t.Fatal(err)
	}
	for _, signed := range []*Image{made, read} {
		if err := load(t, signed.File).Authenticate(k.SRKHash()); err != nil || !strings.Contains(signed.About, "DCD, signed, root keys' hash ") {
			t.Errorf("%s: %v", signed.About, err)
		}
	}
	if usb, err := Make(cfg, program(), keys, sign.USB); err != nil || !strings.Contains(usb.About, "signed for USB, root") || load(t, usb.File).Authenticate(k.SRKHash()) == nil {
		t.Errorf("an image for USB starts from a card, or %v", err)
	}
	if before, err := Read(made.File, "", sign.Card); err != nil || !strings.HasSuffix(before.About, "signed before") || !bytes.Equal(before.File, made.File) {
		t.Error(before, err)
	}
	if _, err := Read(made.File, keys, sign.Card); err == nil || !strings.Contains(err.Error(), "signed already") {
		t.Error(err)
	}
}

func TestRefused(t *testing.T) {
	cfg := config(t)
	amd64 := program()
	amd64[18] = 62
	bad := filepath.Join(t.TempDir(), "bad.cfg")
	if err := os.WriteFile(bad, []byte("BOOT_FROM nand\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cfg     string
		program []byte
		keys    string
		want    string
	}{
		{"none.cfg", program(), "", "none.cfg: no such file"},
		{bad, program(), "", "bad.cfg:1: "},
		{cfg, amd64, "", "EM_X86_64"},
		{cfg, []byte("text"), "", "ELF"},
		{cfg, program(), "none", "tamagotake keys none makes some"},
	} {
		if _, err := Make(c.cfg, c.program, c.keys, sign.Card); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if _, err := Read([]byte("text"), "", sign.Card); err == nil || !strings.Contains(err.Error(), "too short for an i.MX image") {
		t.Error(err)
	}
}

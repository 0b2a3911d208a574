package sign

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/boot/image/bootrom"
	"github.com/tamagotake/tamagotake/boot/image/imx"
)

// testKeys are made once: six RSA keys take a while.
var testKeys = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "keys")
	if err == nil {
		err = MakeKeys(filepath.Join(dir, "keys"))
	}
	return filepath.Join(dir, "keys"), err
})

func TestMain(m *testing.M) {
	status := m.Run()
	if dir, err := testKeys(); err == nil {
		os.RemoveAll(filepath.Dir(dir))
	}
	os.Exit(status)
}

func keys(t *testing.T) *Keys {
	t.Helper()
	dir, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	k, err := ReadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func unsigned(t *testing.T, csf uint32) []byte {
	t.Helper()
	c := &imx.Config{CSFSize: csf, Writes: []imx.Write{{Addr: 0x021b0000, Value: 0x84180000}, {Addr: 0x021b0040, Value: 0x4f}}}
	file, err := imx.Build(c, &image.Memory{Base: 0x80010000, Entry: 0x80010010, Bytes: bytes.Repeat([]byte("program "), 2000)})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func signed(t *testing.T) []byte {
	t.Helper()
	file, err := Image(unsigned(t, 0x4000), keys(t), Card)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// start is what a closed board does with a card.
func start(file []byte, hash [32]byte) error {
	b, err := bootrom.FromCard(bytes.NewReader(append(make([]byte, imx.CardOffset), file...)))
	if err != nil {
		return err
	}
	return b.Authenticate(hash)
}

// The signatures are checked by code that shares nothing with what makes them, but for
// crypto/rsa: bootrom reads table, certificates and messages itself.
func TestSigned(t *testing.T) {
	file, plain := signed(t), unsigned(t, 0x4000)
	if !bytes.HasPrefix(file, plain) {
		t.Error("the image has been changed")
	}
	if m, err := imx.Parse(file); err != nil || len(file) != int(m.Length)-imx.CardOffset {
		t.Errorf("%d bytes, %v", len(file), err)
	}
	if err := start(file, keys(t).SRKHash()); err != nil {
		t.Error(err)
	}
}

// A bit changed anywhere in what counts is refused; and every bit of the image counts.
func TestChanges(t *testing.T) {
	good, hash := signed(t), keys(t).SRKHash()
	image := len(unsigned(t, 0x4000))
	csf := int(binary.BigEndian.Uint16(good[image+1:]))
	for at := 0; at < image; at += 97 {
		bad := bytes.Clone(good)
		bad[at] ^= 1
		if start(bad, hash) == nil {
			t.Errorf("image changed at %#x", at)
		}
	}
	for at := 0; at < csf; at++ {
		bad := bytes.Clone(good)
		bad[image+at] ^= 0x20
		if start(bad, hash) == nil {
			t.Errorf("commands changed at %#x", at)
		}
	}
	other := hash
	other[31] ^= 1
	for name, c := range map[string]struct {
		file []byte
		hash [32]byte
		want string
	}{
		"not signed":   {append(unsigned(t, 0x4000), make([]byte, 0x4000)...), hash, "command sequence file: 00 00 00 00"},
		"other board":  {good, other, "fuses have"},
		"first byte":   {flip(good, 0xc00), hash, "authenticate image: the signature is for another content"},
		"last byte":    {flip(good, image-1), hash, "the signature is for another content"},
		"root key":     {flip(good, image+csf+100), hash, "install SRK: table of root keys with hash"},
		"no room left": {good[:len(good)-0x3000], hash, "the card ends"},
	} {
		if err := start(c.file, c.hash); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0x80
	return b
}

// Parts that are signed, each by keys that a board takes, but do not belong together.
func TestMixed(t *testing.T) {
	dir := t.TempDir()
	if err := MakeKeys(filepath.Join(dir, "others")); err != nil {
		t.Fatal(err)
	}
	others, err := ReadKeys(filepath.Join(dir, "others"))
	if err != nil {
		t.Fatal(err)
	}
	ours := keys(t)
	for name, k := range map[string]*Keys{
		"image by others":    {ours.table, ours.csf, others.img},
		"commands by others": {ours.table, others.csf, ours.img},
		"wrong key":          {ours.table, ours.csf, signer{ours.img.cert, others.img.key}},
	} {
		if _, err := Image(unsigned(t, 0x4000), k, Card); err == nil || !strings.Contains(err.Error(), "what was signed would be refused") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Over USB the image is signed as the ROM finds it in memory: the pointer to the DCD gone,
// and the DCD in a place of its own.
func TestUSB(t *testing.T) {
	hash := keys(t).SRKHash()
	file, err := Image(unsigned(t, 0x4000), keys(t), USB)
	if err != nil {
		t.Fatal(err)
	}
	b, err := boot(file, USB)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Authenticate(hash); err != nil {
		t.Error(err)
	}
	if err := start(file, hash); err == nil || !strings.Contains(err.Error(), "the signature is for another content") {
		t.Errorf("a card starts what was signed for USB: %v", err)
	}
	b, err = boot(signed(t), USB)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Authenticate(hash); err == nil || !strings.Contains(err.Error(), "the signature is for another content") {
		t.Errorf("USB starts what was signed for a card: %v", err)
	}
	// Another register in the DCD, which is checked apart.
	bad := bytes.Clone(file)
	bad[0x2c+8+7] ^= 1
	if b, err = boot(bad, USB); err != nil {
		t.Fatal(err)
	}
	if err := b.Authenticate(hash); err == nil {
		t.Error("the DCD may be another")
	}
}

func TestRefusals(t *testing.T) {
	k := keys(t)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"no image": {[]byte("text"), "too short"},
		"no place": {unsigned(t, 0), "no place for signatures: the configuration has no line CSF"},
		"twice":    {signed(t), "signed already"},
		"no room":  {unsigned(t, 0x1000), "unexpected CSF length"},
	} {
		if _, err := Image(c.file, k, Card); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestKeys(t *testing.T) {
	dir, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	if err := MakeKeys(dir); err == nil || !strings.Contains(err.Error(), "has keys already; they are not replaced") {
		t.Errorf("made again: %v", err)
	}
	if _, err := ReadKeys("nowhere"); err == nil || !strings.Contains(err.Error(), "tamagotake keys nowhere makes some") {
		t.Errorf("nowhere: %v", err)
	}
	secret, err := filepath.Glob(filepath.Join(dir, "*"+keySuffix))
	if err != nil || len(secret) != srkCount+2 {
		t.Errorf("%d secret keys, %v", len(secret), err)
	}
	for _, name := range secret {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}

	// A directory in which something is wrong.
	for name, c := range map[string]struct{ file, from, want string }{
		"other key":  {csfName + keySuffix, imgName + keySuffix, "is not the RSA key of csf"},
		"no PEM":     {imgName + crtSuffx, "", "no PEM block CERTIFICATE"},
		"other kind": {imgName + keySuffix, imgName + crtSuffx, "no PEM block PRIVATE KEY"},
	} {
		bad := t.TempDir()
		if err := os.CopyFS(bad, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		text, _ := os.ReadFile(filepath.Join(dir, c.from))
		if err := os.WriteFile(filepath.Join(bad, c.file), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadKeys(bad); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

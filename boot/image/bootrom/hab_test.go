package bootrom

import (
	"bytes"
	"crypto/rsa"
	"encoding/hex"
	"strings"
	"testing"
)

// Signatures and certificates are tried where they are made, in deploy/sign. Here is
// what no image that is made there has.

// What the ROM goes by must be in a block that was signed, and whole.
func TestCovered(t *testing.T) {
	b, err := FromCard(bytes.NewReader(card()))
	if err != nil {
		t.Fatal(err)
	}
	all := span{0x8000f400, 0x80010fff}
	for _, c := range []struct {
		name   string
		blocks []span
		want   string
	}{
		{"all", []span{all}, ""},
		{"nothing", nil, "is not signed"},
		{"table and data, no entry", []span{{0x8000f400, 0x8000ffff}}, "entry, 0x80010000-0x80010003, is not signed"},
		{"no DCD", []span{{0x8000f400, 0x8000f42b}, {0x80010000, 0x80010fff}}, "DCD, 0x8000f42c-0x8000f447, is not signed"},
		{"half of the DCD", []span{{0x8000f400, 0x8000f434}, {0x80010000, 0x80010fff}}, "DCD, 0x8000f42c-0x8000f447, is not signed"},
		{"no boot data", []span{{0x8000f400, 0x8000f41f}, {0x8000f42c, 0x80010fff}}, "boot data, 0x8000f420-0x8000f42b, is not signed"},
		{"no table", []span{{0x8000f420, 0x80010fff}}, "image vector table, 0x8000f400-0x8000f41f, is not signed"},
	} {
		h := hab{boot: b, blocks: c.blocks}
		err := h.covered()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// Over USB the DCD was elsewhere, and must have been signed there.
func TestCoveredUSB(t *testing.T) {
	b, err := FromCard(bytes.NewReader(card()))
	if err != nil {
		t.Fatal(err)
	}
	b.onChip = region{0x910000, make([]byte, 0x1c)}
	image := span{0x8000f400, 0x80010fff}
	h := hab{boot: b, blocks: []span{image}}
	b.Bytes[0x40c], b.Bytes[0x40d], b.Bytes[0x40e], b.Bytes[0x40f] = 0, 0, 0, 0
	if err := h.covered(); err == nil || !strings.Contains(err.Error(), "DCD, 0x910000-0x91001b, is not signed") {
		t.Errorf("without the DCD: %v", err)
	}
	h.blocks = append(h.blocks, span{0x910000, 0x91001b})
	if err := h.covered(); err != nil {
		t.Errorf("with it: %v", err)
	}
}

// Commands are obeyed in their order: nothing of the image before they are known to be
// from the owner.
func TestOrder(t *testing.T) {
	command := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct {
		name, command, csf string
		keys               []byte
		want               string
	}{
		{"image first", "ca00140001c5ff00" + "00000010" + "8000f40000000010", strings.Repeat("00", 16) + "d8000440", []byte{1}, "before the commands have been authenticated"},
		{"image's key first", "be000c0009000002" + "00000010", strings.Repeat("00", 16) + "d7000440", []byte{0}, "before the commands have been authenticated"},
		{"commands' key without a root", "be000c0209000001" + "00000010", strings.Repeat("00", 16) + "d7000440", nil, "by a key that is not there"},
		{"commands without a key", "ca000c0001c5ff00" + "00000010", strings.Repeat("00", 16) + "d8000440", nil, "no key 1"},
		{"far away", "ca000c0001c5ff00" + "00001000", "00000000", []byte{1}, "outside of what was loaded"},
		{"other engine", "ca000c0001c51b00" + "00000010", "00000000", []byte{1}, "engine 0x1b: not modelled"},
	} {
		h := hab{boot: &Boot{}, csf: command(c.csf), keys: map[byte]*rsa.PublicKey{}}
		for _, k := range c.keys {
			h.keys[k] = &rsa.PublicKey{}
		}
		run := h.authenticate
		if strings.HasPrefix(c.command, "be") {
			run = func(b []byte) error { return h.installKey(b, [32]byte{}) }
		}
		if err := run(command(c.command)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// A file without commands trusts nothing.
func TestNoCommands(t *testing.T) {
	b := &Boot{Addr: 0x8000f000, CSF: 0x80011000, Bytes: append(card(), 0xd4, 0, 4, 0x40)}
	if err := b.Authenticate([32]byte{}); err == nil || err.Error() != "the commands are not signed" {
		t.Error(err)
	}
}

// Whatever a card says that is signed, the model ends.
func FuzzAuthenticate(f *testing.F) {
	f.Add([]byte("\xd4\x00\x10\x40\xbe\x00\x0c\x00\x03\x17\x00\x00\x00\x00\x00\x10\xd7\x00\x04\x40"))
	f.Add([]byte("\xd4\x00\x14\x40\xca\x00\x0c\x00\x01\xc5\xff\x00\x00\x00\x00\x10\xd8\x00\x04\x40"))
	f.Fuzz(func(t *testing.T, csf []byte) {
		b := &Boot{Addr: 0x8000f000, CSF: 0x80011000, Bytes: append(card(), csf...)}
		if b.Authenticate([32]byte{}) == nil {
			t.Error("trusted")
		}
	})
}

package qemu

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image/bootrom"
	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/deploy/card"
	"github.com/tamagotake/tamagotake/deploy/sdp"
	"github.com/tamagotake/tamagotake/deploy/sign"
)

// loadedMachine is the USB armory in the state in which the boot ROM leaves it: the image
// in memory, and in the memory around it what happens to be there after power-on, which is
// not zeros.
func loadedMachine(t *testing.T, b *bootrom.Boot) Machine {
	t.Helper()
	m := USBArmory
	m.Image = ""
	dir := t.TempDir()
	load := func(name string, addr uint32, content []byte) {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
		m = m.With("-device", fmt.Sprintf("loader,file=%s,addr=%#x,force-raw=on", name, addr))
	}
	const ddr, noise = 0x80000000, 64 << 20
	load("below", ddr, bytes.Repeat([]byte{0xa5}, int(b.Addr-ddr)))
	load("image", b.Addr, b.Bytes)
	load("above", b.Addr+uint32(len(b.Bytes)), bytes.Repeat([]byte{0xa5}, noise))
	return m.With("-device", fmt.Sprintf("loader,addr=%#x,cpu-num=0", b.Entry))
}

// imxFile returns what make imx has made.
func imxFile(t *testing.T) []byte {
	t.Helper()
	build, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(build, "tamagotake-usbarmory.imx"))
	if err != nil {
		t.Fatalf("run make imx first: %v", err)
	}
	return file
}

// newCard is what make sdcard makes, with a partition.
func newCard(t *testing.T, img []byte) *os.File {
	t.Helper()
	dir := t.TempDir()
	config, name := filepath.Join(dir, "config.txt"), filepath.Join(dir, "card.img")
	if err := os.WriteFile(config, []byte("nothing yet\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := card.Create(name, img, []string{config}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// checkSystem uses what a start could have left broken: console, memory, faults, and the
// start itself a second time.
func checkSystem(t *testing.T, m Machine) {
	t.Helper()
	c := console{Start(t, m), t}
	c.wait(`machine: usbarmory \(emulated\)`, bootTimeout)
	c.wait(prompt, bootTimeout)
	if got := c.run("echo from a card"); got != "from a card\n" {
		t.Errorf("echo: %q", got)
	}
	c.run("load on")
	for c.collections() < 3 {
	}
	c.run("load off")
	c.send("fault")
	c.wait(`panicked: runtime error.*\r\n`+prompt, timeout)
	c.send("reboot")
	c.wait(`rebooting\r\n`, timeout)
	c.wait(prompt, bootTimeout)
	c.send("halt")
	c.exit(0)
}

// What a card would hold is what runs: the ROM's model reads the image back, and QEMU gets
// its memory and no ELF file.
func TestBootROM(t *testing.T) {
	t.Parallel()
	b, err := bootrom.FromCard(newCard(t, imxFile(t)))
	if err != nil {
		t.Fatal(err)
	}
	checkSystem(t, loadedMachine(t, b))
}

// The same signed, on a board that starts nothing else.
func TestBootROMClosed(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "keys")
	if err := sign.MakeKeys(dir); err != nil {
		t.Fatal(err)
	}
	keys, err := sign.ReadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := sign.Image(imxFile(t), keys, sign.Card)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bootrom.FromCard(newCard(t, signed))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Authenticate(keys.SRKHash()); err != nil {
		t.Fatal(err)
	}
	checkSystem(t, loadedMachine(t, b))
}

// Over USB: what the protocol leaves in memory is what runs.
func TestDownload(t *testing.T) {
	t.Parallel()
	m, err := imx.Parse(imxFile(t))
	if err != nil {
		t.Fatal(err)
	}
	rom := &bootrom.USB{}
	if _, err := sdp.Load(rom, m, nil); err != nil {
		t.Fatal(err)
	}
	b, err := rom.Booted()
	if err != nil {
		t.Fatal(err)
	}
	checkSystem(t, loadedMachine(t, b))
}

// The image for the boards with a gigabyte has all of it.
func TestGigabyte(t *testing.T) {
	t.Parallel()
	m := USBArmory.With("-m", "1G")
	m.Image = "tamagotake-usbarmory-1g.elf"
	c := console{Start(t, m), t}
	c.wait(`memory: +1048576 KiB`, bootTimeout)
	c.wait(prompt, timeout)
	c.run("load on")
	for c.collections() < 3 {
	}
	c.send("halt")
	c.exit(0)
}

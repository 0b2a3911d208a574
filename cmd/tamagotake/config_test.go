package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/deploy/sign"
	"github.com/tamagotake/tamagotake/internal/bootconfig"
)

// loadedText is the text of the block in what the boot ROM loads from a card.
func loadedText(t *testing.T, name string) string {
	t.Helper()
	b := onCard(t, name)
	at, err := bootconfig.Find(b.Bytes, uint64(b.Addr))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	text, err := bootconfig.Text(b.Bytes[at:], uint64(b.Addr)+uint64(at))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return text
}

// testConfig is a part of TestDeploy: the image hello-usbarmory.elf is in the current directory, and
// keys in mine.
func testConfig(t *testing.T, keys *sign.Keys) {
	t.Helper()
	loads := func(name, want string) {
		t.Helper()
		if got := loadedText(t, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fails := func(line, want string) {
		t.Helper()
		var out bytes.Buffer
		if err := run(strings.Fields(line), &out); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || out.Len() > 0 {
			t.Errorf("%s: %v, printed %s, want %s", line, err, &out, want)
		}
	}
	write("board.conf", "# seven\nLOG=verbose\nTITLE='a b'\none two\n")
	write("other.conf", "LOG=other\n")
	write("bad.conf", "LOG=a b\n")

	// From the card that was made without any to others.
	loads("hello-usbarmory.img", "")
	says(t, "config hello-usbarmory.img", `# hello-usbarmory\.img, a card: 0 of 4095 bytes\n`)
	says(t, "sdcard -config board.conf -o c.img hello-usbarmory.elf go.mod -- LOG=quiet three", `c\.img: 71 MiB, 1 files in its partition\n`)
	loads("c.img", "LOG=quiet 'TITLE=a b' three")
	says(t, "config c.img", `# c\.img, a card: 27 of 4095 bytes\nLOG=quiet\nTITLE='a b'\nthree\n`)

	// What is changed is the block and nothing else, and a change to what is there writes nothing.
	before := read(t, "c.img")
	says(t, "config -set A=1 -unset TITLE -set B=2 c.img -- A=3 -- x", `# c\.img.*\nLOG=quiet\nA=3\nB=2\n-- x\ndone, and the same when read back\n`)
	loads("c.img", "LOG=quiet A=3 B=2 -- x")
	says(t, "config -set A=3 c.img", `# .*nothing to change\n`)
	says(t, "config -config board.conf c.img -- LOG=quiet three", ".*done, .*")
	if !bytes.Equal(read(t, "c.img"), before) {
		t.Error("another card than before the changes")
	}
	fails("config -unset NONE c.img", "config: c.img: -unset NONE: there is no such setting")
	fails("config -config bad.conf c.img", "config: c.img: bad.conf:1: LOG=: a setting has a line of its own")
	fails("config -set A="+strings.Repeat("x", bootconfig.TextMax)+" c.img", "at most 4095 are possible")
	if !bytes.Equal(read(t, "c.img"), before) {
		t.Error("what was refused was written")
	}

	// A card that was flashed with another configuration than the card image has.
	write("disk", "")
	says(t, "flash -yes -dev disk -config other.conf c.img", ".*done, .*")
	loads("disk", "LOG=other")
	says(t, "flash -yes -dev disk c.img -- TITLE=", ".*done, .*")
	loads("disk", "LOG=quiet TITLE= three")
	says(t, "flash -yes -dev disk c.img", ".*done, .*")
	if !bytes.Equal(read(t, "disk"), before) {
		t.Error("flash without -config changes the card image")
	}

	// Each image on the way to a card may have one, and what comes later replaces it.
	says(t, "config -set FROM=elf hello-usbarmory.elf", `# hello-usbarmory\.elf, a program: .*`)
	says(t, "imx -o c.imx hello-usbarmory.elf", `c\.imx: .*`)
	says(t, "config c.imx", `# c\.imx, an image for the boot ROM: .*\nFROM=elf\n`)
	says(t, "imx -config board.conf -o c.imx hello-usbarmory.elf", `c\.imx: .*`)
	says(t, "sdcard -o d.img c.imx", `d\.img: .*`)
	loads("d.img", "LOG=verbose 'TITLE=a b' one two")
	says(t, "sdcard -o d.img c.imx -- LOG=late", `d\.img: .*`)
	loads("d.img", "LOG=late 'TITLE=a b' one two")

	// Signed with it, and then it stays.
	says(t, "sdcard -sign mine -config board.conf -o signed3.img hello-usbarmory.imx", `signed3\.img: .*`)
	loads("signed3.img", "LOG=verbose 'TITLE=a b' one two")
	if err := onCard(t, "signed3.img").Authenticate(keys.SRKHash()); err != nil {
		t.Error(err)
	}
	says(t, "config signed3.img", `# signed3\.img, a card, signed: .*`)
	const signed = "the image is signed, and its configuration with it: make it anew, with -config and -sign"
	fails("config -set A=1 signed3.img", "config: signed3.img: "+signed)
	fails("config -set A=1 signed.imx", "config: signed.imx: "+signed)
	fails("sdcard -config board.conf -o e.img signed.imx", "signed.imx: "+signed)
	fails("flash -yes -dev disk -config board.conf signed3.img", "flash: signed3.img: "+signed)

	// Damaged, it is not shown nor changed, but replaced.
	b := read(t, "c.img")
	m, err := imx.Parse(b[imx.CardOffset:][:len(onCard(t, "c.img").Bytes)-imx.CardOffset])
	if err != nil {
		t.Fatal(err)
	}
	at, err := bootconfig.Find(m.File, uint64(m.Self))
	if err != nil {
		t.Fatal(err)
	}
	b[imx.CardOffset+at+40] ^= 1
	write("c.img", string(b))
	fails("config c.img", "config: c.img: its configuration is damaged: the checksum is ")
	fails("config -set A=1 c.img", "config: c.img: its configuration is damaged: the checksum is ")
	says(t, "config -config other.conf c.img", ".*done, .*")
	loads("c.img", "LOG=other")

}

// The configuration of a PC's disk is in the program in its file system.
func testDiskConfig(t *testing.T) {
	t.Helper()
	says(t, "disk -config board.conf -o c.iso hello-amd64.elf -- LOG=quiet", `c\.iso: \d+ MiB\n`)
	says(t, "config c.iso", `# c\.iso, a disk for PCs: .*\nLOG=quiet\nTITLE='a b'\none two\n`)
	says(t, "config -set LOG=late c.iso -- x", `.*done, .*`)
	iso := read(t, "c.iso")
	says(t, "config -config board.conf hello-amd64.elf -- LOG=late x", `.*done, .*`)
	if !bytes.Contains(iso, read(t, "hello-amd64.elf")) {
		t.Error("no disk with the program and its configuration")
	}
	if err := run([]string{"disk", "-config", "none.conf", "hello-amd64.elf"}, new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), "none.conf: no such file") {
		t.Error(err)
	}
}

// The command line of run and debug is that of a card with the same configuration.
func TestWithArguments(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.conf")
	if err := os.WriteFile(name, []byte("A=1\nB='2 3'\none\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file        string
		words, want []string
	}{
		{"", []string{"A=4", "x"}, []string{"A=4", "x"}},
		{name, nil, []string{"A=1", "B=2 3", "one"}},
		{name, []string{"C=", "A=4"}, []string{"A=4", "B=2 3", "C=", "one"}},
		{name, []string{"two", "A=4"}, []string{"A=1", "B=2 3", "two", "A=4"}},
	} {
		got, err := (&configFlags{file: c.file}).withArguments(c.words)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, %v, want %q", c.words, got, err, c.want)
		}
	}
}

// A disk is asked for, and written to after a yes.
func testConfigDisk(t *testing.T) {
	t.Helper()
	out, err := exec.Command("losetup", "-f", "--show", "c.img").CombinedOutput()
	if err != nil {
		t.Logf("no loop device: %v %s", err, out)
		return
	}
	dev := strings.TrimSpace(string(out))
	defer exec.Command("losetup", "-d", dev).Run()
	stdin := os.Stdin
	defer func() { os.Stdin = stdin }()
	for answer, want := range map[string]string{"no\n": "LOG=other", "yes\n": "LOG=other A=1"} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		_, err = w.WriteString(answer)
		if err = errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		os.Stdin = r
		if err := run([]string{"config", "-config", "other.conf", "-yes", dev}, new(bytes.Buffer)); err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		err = run([]string{"config", "-set", "A=1", dev}, &said)
		if (err == nil) != (answer == "yes\n") || !strings.Contains(said.String(), "\nA=1\n"+dev+", ") || !strings.Contains(said.String(), "\nChange it? yes or no: ") {
			t.Errorf("%s: %v, %s", answer, err, &said)
		}
		if got := loadedText(t, "c.img"); got != want {
			t.Errorf("%s: %q", answer, got)
		}
		said.Reset()
		if err := run([]string{"config", dev}, &said); err != nil || !strings.HasPrefix(said.String(), "# "+dev+", a card: ") {
			t.Errorf("%v, %s", err, &said)
		}
	}
}

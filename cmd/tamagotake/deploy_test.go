package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/boot/image/bootrom"
	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/deploy/sign"
)

// says runs the tool, which must succeed, and checks what it prints.
func says(t *testing.T, line, want string) {
	t.Helper()
	var out bytes.Buffer
	if err := run(strings.Fields(line), &out); err != nil || !regexp.MustCompile("^(?s:"+want+")$").MatchString(out.String()) {
		t.Fatalf("%s: %v, printed %s, want %s", line, err, &out, want)
	}
}

// onCard is what the boot ROM loads from a card.
func onCard(t *testing.T, name string) *bootrom.Boot {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := bootrom.FromCard(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// In a module of its own, a program gets to a board and to a PC by each way there is, with no make.
func TestDeploy(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	t.Chdir(t.TempDir())
	says(t, "new hello", ".*")
	t.Chdir("hello")

	says(t, "build -board usbarmory", "")
	program, err := image.Flat(read(t, "hello-usbarmory.elf"))
	if err != nil {
		t.Fatal(err)
	}

	says(t, "imx", `hello-usbarmory\.imx: \d+ KiB to 0x8000f400, entry 0x8\w+, 121 registers in the DCD, not signed\n`)
	packed := read(t, "hello-usbarmory.imx")
	if m, err := imx.Parse(packed); err != nil || m.Entry != program.Entry || !bytes.HasPrefix(m.Program, program.Bytes) {
		t.Errorf("another program than that of tamagotake build -board usbarmory, or %v", err)
	}
	says(t, "imx -o again.imx hello-usbarmory.elf", `again\.imx: .*`)
	if !bytes.Equal(read(t, "again.imx"), packed) {
		t.Error("the image of a package is not that of its program")
	}
	says(t, "imx -board usbarmory-1g ./", `hello-usbarmory-1g\.imx: .*, 119 registers.*`)
	if large := read(t, "hello-usbarmory-1g.imx"); bytes.Contains(large, program.Bytes) {
		t.Error("the program for a gigabyte is that for half of one: the build tags are missing")
	}

	says(t, "sdcard", `hello-usbarmory\.img: 8 MiB, 0 files in its partition\n`)
	says(t, "sdcard -o files.img . go.mod main.go", `files\.img: 71 MiB, 2 files in its partition\n`)
	for _, name := range []string{"hello-usbarmory.img", "files.img"} {
		if b := onCard(t, name); b.Entry != program.Entry || !bytes.Contains(b.Bytes, program.Bytes) {
			t.Errorf("%s: the boot ROM loads another program", name)
		}
	}
	if !bytes.Contains(read(t, "files.img"), read(t, "main.go")) {
		t.Error("the file is not on the card")
	}

	says(t, "keys mine", `mine: four root keys, .*hash of the root keys: [0-9a-f]{64}\n`)
	if err := run([]string{"keys", "mine"}, new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), "keys: mine has keys already") {
		t.Error(err)
	}
	keys, err := sign.ReadKeys("mine")
	if err != nil {
		t.Fatal(err)
	}
	says(t, "imx -sign mine -o signed.imx", `signed\.imx: .*DCD, signed, root keys' hash [0-9a-f]{64}\n`)
	says(t, "sdcard signed.imx", `signed\.img: .*`)
	says(t, "sdcard -sign mine -o signed2.img hello-usbarmory.imx", `signed2\.img: .*`)
	for _, name := range []string{"signed.img", "signed2.img"} {
		if err := onCard(t, name).Authenticate(keys.SRKHash()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for line, want := range map[string]string{
		"sdcard -board usbarmory signed.imx": "signed.imx is packed for a board already: leave out -board and -cfg",
		"sdcard -sign mine signed.imx":       "signed.imx: signed already: leave out -sign",
		"imx -sign none":                     "no keys: .*tamagotake keys none makes some",
		"imx -cfg none.cfg":                  "none.cfg: no such file",
		"disk hello-usbarmory.elf":           "hello-usbarmory.elf: no Multiboot2 header",
	} {
		if err := run(strings.Fields(line), new(bytes.Buffer)); err == nil || !regexp.MustCompile(want).MatchString(err.Error()) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}

	t.Chdir("..")
	if err := run([]string{"imx", "hello/hello-usbarmory.elf"}, new(bytes.Buffer)); err == nil || !strings.HasSuffix(err.Error(), "; do this in the program's module, or name the file: -cfg FILE") || strings.Contains(err.Error(), "\n") {
		t.Errorf("outside of a module: %v", err)
	}
	t.Chdir("hello")

	testSDP(t, keys)
	testConfig(t, keys)
	testConfigDisk(t)
	testDisk(t)
	testDiskConfig(t)
	testSize(t)
}

// testSDP gives the board a file as its node, which takes reports and does not answer.
func testSDP(t *testing.T, keys *sign.Keys) {
	t.Helper()
	var out bytes.Buffer
	root := t.TempDir()
	sdpRoot = root
	defer func() { sdpRoot = "/" }()
	if err := run([]string{"sdp"}, &out); err == nil || !strings.HasPrefix(err.Error(), "sdp: no board waits for a download") {
		t.Error(err)
	}
	dir, node := filepath.Join(root, "sys/class/hidraw/hidraw0/device"), filepath.Join(root, "dev/hidraw0")
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.MkdirAll(filepath.Dir(node), 0o755), os.WriteFile(node, nil, 0o644),
		os.WriteFile(filepath.Join(dir, "uevent"), []byte("HID_ID=0003:000015A2:00000080\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	err := run(strings.Fields("sdp -sign mine -o usb.imx"), &out)
	if err == nil || !strings.HasPrefix(err.Error(), "sdp: DCD: ") || !strings.Contains(out.String(), "usb.imx: ") || !strings.Contains(out.String(), "signed for USB") || !strings.Contains(out.String(), "i.MX6ULL") {
		t.Errorf("%v, printed %s", err, &out)
	}
	m, err := imx.Parse(read(t, "usb.imx"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(read(t, node), m.DCD) {
		t.Error("the board was sent no DCD")
	}
	card := append(make([]byte, imx.CardOffset), m.File...)
	if b, err := bootrom.FromCard(bytes.NewReader(card)); err != nil || b.Authenticate(keys.SRKHash()) == nil {
		t.Errorf("it is signed for a card, or %v", err)
	}
}

func testDisk(t *testing.T) {
	t.Helper()
	text := stderrOf(t, func() { says(t, "disk -x", `hello-amd64\.iso: \d+ MiB\n`) })
	if !strings.Contains(text, "bin/go build -tags ") || !strings.Contains(text, "grub-mkrescue -o ") {
		t.Errorf("-x printed %s", text)
	}
	says(t, "build", "")
	iso := read(t, "hello-amd64.iso")
	if !bytes.Contains(iso, read(t, "hello-amd64.elf")) || string(iso[0x8001:0x8006]) != "CD001" || iso[510] != 0x55 || iso[511] != 0xaa {
		t.Error("no disk with the program")
	}
	path := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	if err := run([]string{"disk", "hello-amd64.elf"}, new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), "disk: missing: ") || !strings.Contains(err.Error(), "grub-common xorriso") {
		t.Error(err)
	}
	t.Setenv("PATH", path)
}

func testSize(t *testing.T) {
	t.Helper()
	says(t, "size -arch amd64,arm -json sizes.json", `amd64\n  image +\d+ bytes stripped, .*\narm\n  image +\d+ bytes.*`)
	var sizes map[string]image.Sizes
	if err := json.Unmarshal(read(t, "sizes.json"), &sizes); err != nil {
		t.Fatal(err)
	}
	if n := sizes["amd64"].Stripped; n != int64(len(read(t, "hello-amd64.elf"))) || sizes["arm"].Text == 0 || len(sizes) != 2 {
		t.Errorf("%+v", sizes)
	}
	says(t, "size -v -board usbarmory", `usbarmory\n  image .*\n +code +data\n.* \d{5,} +\d{5,} runtime\n.* main\n.*`)
}

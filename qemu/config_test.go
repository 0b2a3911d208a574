package qemu

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image/bootrom"
	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/deploy/sdp"
	"github.com/tamagotake/tamagotake/qemu/machine"
)

// argumentsImage is the program that prints what it has.
const argumentsImage = "./qemu/images/arguments"

const configText = "# seven\nLOG=verbose # all\nTITLE=\"a 'b'\"\n5 'two words'\n"

// configFile has configText.
func configFile(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "board.conf")
	if err := os.WriteFile(name, []byte(configText), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// mustTool runs the tool at the top of the module. It must succeed.
func mustTool(t *testing.T, args ...string) {
	t.Helper()
	if out, status := tool(t, "..", args...); status != 0 {
		t.Fatalf("tamagotake %q: status %d\n%s", args, status, out)
	}
}

// printsArguments boots a machine with the program, and checks what it has and how it ends.
func printsArguments(t *testing.T, m Machine, status int, environment []string, arguments ...string) {
	t.Helper()
	vm := console{Start(t, m), t}
	vm.wait(`environment .*\r\n`, bootTimeout)
	vm.exit(status)
	want := fmt.Sprintf("arguments %q\r\nenvironment %q\r\n", slices.Concat([]string{"kernel"}, arguments), slices.Concat([]string{}, environment))
	if got := vm.Output(); !strings.HasSuffix(got, want) || strings.Contains(got, "configuration") {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// The configuration of a card is what the program starts with: what the boot ROM's model loads from
// the card goes to QEMU's memory, as it was made and as it is changed later; a damaged one is not
// used.
func TestCardConfig(t *testing.T) {
	t.Parallel()
	card := filepath.Join(t.TempDir(), "card.img")
	boot := func() Machine {
		t.Helper()
		f, err := os.Open(card)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		b, err := bootrom.FromCard(f)
		if err != nil {
			t.Fatal(err)
		}
		return loadedMachine(t, b)
	}
	mustTool(t, "sdcard", "-config", configFile(t), "-o", card, argumentsImage)
	printsArguments(t, boot(), 5, []string{"LOG=verbose", "TITLE=a 'b'"}, "5", "two words")

	line, err := machine.USBArmory.CommandLine([]string{"A=1", "6"})
	if err != nil {
		t.Fatal(err)
	}
	printsArguments(t, boot().With(line...), 6, []string{"A=1"}, "6")

	mustTool(t, "config", "-unset", "TITLE", "-set", "LOG=é", card, "--", "7")
	printsArguments(t, boot(), 7, []string{"LOG=é"}, "7")

	b, err := os.ReadFile(card)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("LOG=é 7"))
	b[at+1] ^= 1
	if err := os.WriteFile(card, b, 0o644); err != nil {
		t.Fatal(err)
	}
	vm := console{Start(t, boot()), t}
	vm.wait(`^configuration: the checksum is 0x\w+, not 0x\w+: it is not used\r\narguments \["kernel"\]\r\nenvironment \[\]\r\n`, bootTimeout)
	vm.exit(0)
}

// Over USB, what is sent has it as well.
func TestDownloadConfig(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "usb.imx")
	mustTool(t, "imx", "-config", configFile(t), "-o", name, argumentsImage)
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := imx.Parse(file)
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
	printsArguments(t, loadedMachine(t, b), 5, []string{"LOG=verbose", "TITLE=a 'b'"}, "5", "two words")
}

// A program that QEMU loads has its configuration by each protocol, unless QEMU has a command line.
func TestProgramConfig(t *testing.T) {
	t.Parallel()
	for _, on := range machine.All {
		if on.Tags != "" {
			continue // TestCardConfig
		}
		t.Run(on.Name, func(t *testing.T) {
			t.Parallel()
			image := filepath.Join(t.TempDir(), "image.elf")
			mustTool(t, "build", "-arch", on.Arch, "-o", image, argumentsImage)
			mustTool(t, "config", "-config", configFile(t), image)
			m := Machine{on.Name, image, on.QEMU}
			printsArguments(t, m, 5, []string{"LOG=verbose", "TITLE=a 'b'"}, "5", "two words")
			line, err := on.CommandLine([]string{"6"})
			if err != nil {
				t.Fatal(err)
			}
			printsArguments(t, m.With(line...), 6, nil, "6")
		})
	}
}

// A PC's disk has it, in BIOS and UEFI, as it was made and as it is changed later.
func TestDiskConfig(t *testing.T) {
	t.Parallel()
	disk := filepath.Join(t.TempDir(), "disk.iso")
	mustTool(t, "disk", "-config", configFile(t), "-o", disk, argumentsImage)
	m := Q35.With("-m", "256M", "-drive", "file="+disk+",format=raw,if=none,id=disk,snapshot=on", "-device", "ide-hd,drive=disk")
	m.Image = ""
	printsArguments(t, m, 5, []string{"LOG=verbose", "TITLE=a 'b'"}, "5", "two words")
	mustTool(t, "config", "-unset", "TITLE", disk, "--", "7")
	printsArguments(t, m.With("-bios", ovmf), 7, []string{"LOG=verbose"}, "7")
}

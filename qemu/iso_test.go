package qemu

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// ovmf is the UEFI of Debian's package ovmf.
const ovmf = "/usr/share/ovmf/OVMF.fd"

// A disk of make disk is started by a PC's own firmware, as a hard disk and as a CD, and
// all of the memory that the firmware leaves is found.
func TestPCDisk(t *testing.T) {
	t.Parallel()
	build, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	disk := filepath.Join(build, "tamagotake-amd64.iso")
	if _, err := os.Stat(disk); err != nil {
		t.Fatalf("run make disk first: %v", err)
	}
	if _, err := os.Stat(ovmf); err != nil {
		t.Fatalf("make test-boot installs it (Debian package ovmf): %v", err)
	}
	firmwares := map[string][]string{"bios": nil, "uefi": {"-bios", ovmf}}
	media := map[string][]string{
		"disk": {"-drive", "file=" + disk + ",format=raw,if=none,id=disk,snapshot=on", "-device", "ide-hd,drive=disk"},
		"cd":   {"-drive", "file=" + disk + ",format=raw,if=none,id=disk,media=cdrom,readonly=on", "-device", "ide-cd,drive=disk"},
	}
	for firmware, fargs := range firmwares {
		for medium, margs := range media {
			t.Run(firmware+" "+medium, func(t *testing.T) {
				t.Parallel()
				m := Q35.With("-m", "256M").With(fargs...).With(margs...)
				m.Image = ""
				c := console{Start(t, m), t}
				c.wait(`machine: q35`, bootTimeout)
				kib, _ := strconv.Atoi(c.wait(`memory: +(\d+) KiB`, timeout)[1])
				if kib < 200<<10 || kib > 256<<10 {
					t.Errorf("%d KiB of memory", kib)
				}
				c.wait(prompt, timeout)
				if got := c.run("echo from a disk"); got != "from a disk\n" {
					t.Errorf("echo: %q", got)
				}
				c.run("load on")
				for c.collections() < 3 {
				}
				c.run("load off")
				c.send("fault")
				c.wait(`panicked: runtime error.*\r\n`+prompt, timeout)
				if medium == "disk" {
					c.send("reboot")
					c.wait(`rebooting\r\n`, timeout)
					c.wait(prompt, bootTimeout)
				}
				c.send("halt")
				c.exit(0)
			})
		}
	}
}

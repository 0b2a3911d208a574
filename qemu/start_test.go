package qemu

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// refused starts the machine, which must say one line and nothing else, and end with the
// status of a crash.
func refused(t *testing.T, m Machine, line string) {
	t.Helper()
	c := console{Start(t, m), t}
	c.wait(regexp.QuoteMeta(line)+`\r\n`, bootTimeout)
	c.exit(3)
	if got := strings.TrimSpace(c.Output()); got != line {
		t.Errorf("it said %q, not only %q", got, line)
	}
}

// A processor without something that the kernel needs is told by name, before anything depends
// on it.
func TestProcessors(t *testing.T) {
	t.Parallel()
	for cpu, feature := range map[string]string{
		"max,-apic":      "APIC",
		"max,-lm":        "LM (64 bits)",
		"max,-sse2":      "SSE2",
		"max,-sse":       "SSE",
		"max,-fxsr":      "FXSR",
		"max,-cmov":      "CMOV",
		"max,-nx":        "NX",
		"max,-rdrand":    "RDRAND",
		"max,-pdpe1gb":   "PDPE1GB",
		"qemu64":         "RDRAND",
		"athlon,+rdrand": "LM (64 bits)",
		"qemu32,+rdrand": "LM (64 bits)",
	} {
		t.Run(cpu, func(t *testing.T) {
			t.Parallel()
			refused(t, Q35.With("-cpu", cpu), "tamagotake: this processor has no "+feature+"; start QEMU with -cpu max")
		})
	}
}

// Too little memory is told in a line, and a little more is enough: docs/start.md states 18 MiB.
// With less than 3 MiB nothing of the kernel is in memory that could say anything.
func TestLittleMemory(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{Q35, MicroVM} {
		for _, size := range []string{"3M", "4M", "5M", "6M", "8M", "12M", "16M"} {
			t.Run(m.Name+" "+size, func(t *testing.T) {
				t.Parallel()
				refused(t, m.With("-m", size), "tamagotake: too little memory; start QEMU with -m 32M")
			})
		}
		t.Run(m.Name+" 18M", func(t *testing.T) {
			t.Parallel()
			c := boot(t, m.With("-m", "18M"))
			c.run("load on")
			for c.collections() < 3 {
			}
			c.send("halt")
			c.exit(0)
		})
	}
	t.Run("mcimx6ul-evk 256M", func(t *testing.T) {
		t.Parallel()
		refused(t, EVK.With("-m", "256M"), "tamagotake: this board has less than 512 MiB of memory; start QEMU with -m 512M")
	})
	t.Run("usbarmory-1g 512M", func(t *testing.T) {
		t.Parallel()
		m := USBArmory
		m.Image = "tamagotake-usbarmory-1g.elf"
		refused(t, m, "tamagotake: this board has less than 1 GiB of memory; the image of TARGET=usbarmory is for 512 MiB")
	})
}

// Machines around other chips, and those whose firmware was told to leave ACPI off: they are
// called what they are, a disk without messages works over its pin, and halt does not start
// them again.
func TestChipsets(t *testing.T) {
	t.Parallel()
	const stopped = `this machine has no power switch that the kernel knows: it has stopped and can be switched off\r\n`
	for machine, c := range map[string]struct {
		name  string
		pci   bool
		power bool
	}{
		"q35":              {"q35", true, true},
		"q35,acpi=off":     {"q35", true, true},
		"pc":               {"pc", true, true},
		"pc,acpi=off":      {"pc", true, false}, // QEMU leaves the power management out
		"microvm,acpi=off": {"microvm", false, false},
	} {
		t.Run(strings.ReplaceAll(machine, ",", " "), func(t *testing.T) { // no comma in the disk's path
			t.Parallel()
			m := Q35.With("-machine", machine)
			if c.pci {
				name := filepath.Join(t.TempDir(), "disk")
				if err := os.WriteFile(name, make([]byte, 1<<20), 0o644); err != nil {
					t.Fatal(err)
				}
				m = m.With("-drive", "if=none,id=d,format=raw,file="+name, "-device", "virtio-blk-pci,drive=d,vectors=0")
			}
			v := console{Start(t, m), t}
			v.wait(`machine: `+c.name+`, `, bootTimeout)
			v.wait(prompt, bootTimeout)
			if c.pci {
				v.send("disk vda exercise 50 1 8")
				v.wait(`exercise: 50 operations of 4096 bytes, 0 errors, 0 wrong`, timeout)
			}
			v.run("echo before")
			v.send("halt")
			v.wait(`halting\r\n`, timeout)
			if c.power {
				v.exit(0)
			} else {
				v.wait(stopped, timeout)
			}
			if n := strings.Count(v.Output(), "machine: "); n != 1 {
				t.Errorf("it has started %d times", n)
			}
		})
	}
}

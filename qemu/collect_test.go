package qemu

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/qemu/machine"
)

// A program may keep more than half of the memory, be the collector's work never so much, and get an
// object for which garbage must go first: the image of package garbage.
func TestGarbage(t *testing.T) {
	t.Parallel()
	const checks = 3 // lines that say ok
	for _, on := range machine.All {
		mib, memory := "21", []string{"-m", "32M"}
		if on.Arch == "arm" {
			mib, memory = "480", nil // the board has 512 MiB
		}
		if on.Tags != "" || on.Name == "q35" {
			continue // the image is not for that board; microvm is enough
		}
		t.Run(on.Name, func(t *testing.T) {
			t.Parallel()
			line, err := on.CommandLine([]string{mib})
			if err != nil {
				t.Fatal(err)
			}
			m := Machine{on.Name, "garbage-" + on.Arch + ".elf", on.QEMU}.With(line...).With(memory...)
			vm := console{Start(t, m), t}
			text := vm.wait(`(?s)garbage, go(.*)\nend\r\n`, timeout)[1]
			if n := strings.Count(text, "\nok "); n != checks {
				t.Errorf("%d of %d checks are ok", n, checks)
			}
			vm.exit(0)
			t.Log(text)
		})
	}
}

// Memory is not out before the first collection has ended, wherever its worker loses the
// processor. Who allocates meanwhile marks for it, and is given credit by what is left to mark;
// where that was next to nothing but a stack, credit was for more than a small machine has. With
// slices as short as these the worker loses the processor everywhere.
func TestFirstCollection(t *testing.T) {
	t.Parallel()
	build, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	address := func(name string) uint64 {
		return symbol(t, filepath.Join(build, "tamagotake-amd64.sym.elf"), name)
	}
	start, slice := address("github.com/tamagotake/tamagotake/hal/amd64.initConsole"), address("runtime.portSliceNS")
	for sliceNS := uint16(10_000); sliceNS < 50_000; sliceNS += 2000 {
		t.Run(fmt.Sprint(sliceNS, " ns"), func(t *testing.T) {
			t.Parallel()
			socket := filepath.Join(t.TempDir(), "gdb")
			vm := Start(t, MicroVM.With("-m", "18M", "-S", "-chardev", "socket,id=gdb,server=on,wait=off,path="+socket, "-gdb", "chardev:gdb"))
			d := attach(t, socket)
			d.command(t, fmt.Sprintf("Z1,%x,1", start), "OK")
			d.command(t, "c", "T05")
			d.command(t, fmt.Sprintf("z1,%x,1", start), "OK")
			d.command(t, fmt.Sprintf("M%x,8:%02x%02x000000000000", slice, byte(sliceNS), sliceNS>>8), "OK")
			d.send(t, "c")
			c := console{vm, t}
			c.wait(prompt, bootTimeout)
			c.run("load on")
			for c.collections() < 3 {
			}
			c.send("halt")
			c.exit(0)
		})
	}
}

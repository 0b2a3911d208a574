package qemu

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/tamagotake/tamagotake/qemu/machine"
)

// A program may keep more than half of the memory: the collector does not let the heap double
// then. The image of package garbage says ok when it has allocated more than there is.
func TestGarbage(t *testing.T) {
	t.Parallel()
	for _, on := range machine.All {
		kept, memory := "14", []string{"-m", "32M"}
		if on.Arch == "arm" {
			kept, memory = "320", nil // the board has 512 MiB
		}
		if on.Tags != "" || on.Name == "q35" {
			continue // the image is not for that board; microvm is enough
		}
		t.Run(on.Name, func(t *testing.T) {
			t.Parallel()
			line, err := on.CommandLine([]string{kept})
			if err != nil {
				t.Fatal(err)
			}
			m := Machine{on.Name, "garbage-" + on.Arch + ".elf", on.QEMU}.With(line...).With(memory...)
			vm := console{Start(t, m), t}
			collections := vm.wait(kept+` MiB are kept\r\n\d+ blocks, sum \d+, heap \d+ KiB, (\d+) collections\r\n`, timeout)[1]
			vm.exit(0)
			t.Logf("%s collections", collections)
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

package qemu

import (
	"fmt"
	"path/filepath"
	"testing"
)

// What is typed before the console's port is set up is not lost, wherever the set-up takes
// time. A debugger steps through it, and QEMU delivers what it can between any two
// instructions; startFIFO, which says that it must not be taken apart, runs as a whole.
func TestTypedAhead(t *testing.T) {
	t.Parallel()
	build, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	address := func(name string) uint64 {
		return symbol(t, filepath.Join(build, "tamagotake-amd64.sym.elf"), "github.com/tamagotake/tamagotake/hal/amd64."+name)
	}
	setUp, whole, then := address("initConsole"), address("startFIFO"), address("initDMA")
	socket := filepath.Join(t.TempDir(), "gdb")
	vm := Start(t, Q35.With("-S", "-chardev", "socket,id=gdb,server=on,wait=off,path="+socket, "-gdb", "chardev:gdb"))
	d := attach(t, socket)
	const typed = "abcdefghijklmnopqrstuvwxyz0123456789"
	if err := vm.Type(typed + "\r"); err != nil {
		t.Fatal(err)
	}
	goTo := func(addr uint64) {
		d.command(t, fmt.Sprintf("Z1,%x,1", addr), "OK")
		d.command(t, "c", "T05")
		d.command(t, fmt.Sprintf("z1,%x,1", addr), "OK")
	}
	goTo(setUp)
	steps := 0
	for ip := setUp; ip != then; ip = d.ip(t) {
		if ip == whole {
			goTo(d.returnAddress(t))
			continue
		}
		if d.command(t, "s", "T05"); steps == 5000 {
			t.Fatalf("at %#x after %d steps, not at initDMA", ip, steps)
		}
		steps++
	}
	d.send(t, "c")
	c := console{vm, t}
	if got := c.wait(`unknown command "(.*)"`, timeout)[1]; got != typed {
		t.Errorf("it has received %q of %q", got, typed)
	}
	t.Logf("%d steps", steps)
}

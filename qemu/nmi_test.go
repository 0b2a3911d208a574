package qemu

import (
	"bufio"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A non-maskable interrupt between the STI and the HLT of an idle kernel wakes it: the HLT is
// not executed. A debugger stops the machine there, and where it goes on.
func TestNMIBeforeHalt(t *testing.T) {
	t.Parallel()
	build, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	halt := symbol(t, filepath.Join(build, "tamagotake-amd64.sym.elf"), "github.com/tamagotake/tamagotake/rt/platform.wait") + 1
	socket := filepath.Join(t.TempDir(), "gdb")
	c := boot(t, Q35.With("-chardev", "socket,id=gdb,server=on,wait=off,path="+socket, "-gdb", "chardev:gdb"))
	d := attach(t, socket)
	d.command(t, fmt.Sprintf("Z0,%x,1", halt), "OK")
	if err := c.Type("\r"); err != nil { // it halts again after that
		t.Fatal(err)
	}
	d.command(t, "c", "T05")
	if ip := d.ip(t); ip != halt {
		t.Fatalf("stopped at %#x, want %#x, the HLT", ip, halt)
	}
	// Not before: from a breakpoint that it stands at, QEMU does not get away.
	d.command(t, fmt.Sprintf("Z0,%x,1", halt+1), "OK")
	if _, err := c.QMP("inject-nmi", nil); err != nil {
		t.Fatal(err)
	}
	d.command(t, "c", "T05")
	if ip := d.ip(t); ip != halt+1 {
		t.Errorf("goes on at %#x, want %#x, behind the HLT", ip, halt+1)
	}
	d.command(t, fmt.Sprintf("z0,%x,1", halt), "OK")
	d.command(t, fmt.Sprintf("z0,%x,1", halt+1), "OK")
	d.send(t, "c")
	c.wait(`interrupt on line 2, which is not registered: it cannot be masked`, timeout)
}

// ip returns the instruction pointer, the seventeenth register.
func (d debugger) ip(t *testing.T) uint64 {
	t.Helper()
	return d.register(t, 16)
}

// returnAddress returns where a function returns to that has just been called.
func (d debugger) returnAddress(t *testing.T) uint64 {
	t.Helper()
	word, err := hex.DecodeString(strings.Split(d.command(t, fmt.Sprintf("m%x,8", d.register(t, 7)), ""), "#")[0])
	if err != nil {
		t.Fatal(err)
	}
	return binary.LittleEndian.Uint64(word)
}

func (d debugger) register(t *testing.T, number int) uint64 {
	t.Helper()
	registers, err := hex.DecodeString(d.command(t, "g", "")[:17*16])
	if err != nil {
		t.Fatal(err)
	}
	return binary.LittleEndian.Uint64(registers[number*8:])
}

// symbol returns the address of a function of an image.
func symbol(t *testing.T, image, name string) uint64 {
	t.Helper()
	f, err := elf.Open(image)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		if s.Name == name || s.Name == name+".abi0" {
			return s.Value
		}
	}
	t.Fatalf("no %s in %s", name, image)
	return 0
}

// debugger speaks GDB's remote protocol (GDB manual, appendix E) to QEMU.
type debugger struct {
	net.Conn
	in *bufio.Reader
}

// attach connects to QEMU, which stops the machine.
func attach(t *testing.T, socket string) debugger {
	t.Helper()
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	d := debugger{conn, bufio.NewReader(conn)}
	d.command(t, "?", "T")
	return d
}

func (d debugger) send(t *testing.T, packet string) {
	t.Helper()
	sum := byte(0)
	for _, c := range []byte(packet) {
		sum += c
	}
	if _, err := fmt.Fprintf(d, "$%s#%02x", packet, sum); err != nil {
		t.Fatal(err)
	}
}

// expect waits for a packet that begins with want; others, such as that the machine has
// stopped, are passed over.
func (d debugger) expect(t *testing.T, want string) (packet string) {
	t.Helper()
	d.SetReadDeadline(time.Now().Add(timeout))
	for {
		if _, err := d.in.ReadString('$'); err != nil {
			t.Fatalf("the debugger was not told %q: %v", want, err)
		}
		packet, err := d.in.ReadString('#')
		if err != nil {
			t.Fatal(err)
		}
		d.in.Discard(2)
		fmt.Fprint(d, "+")
		if strings.HasPrefix(packet, want) && (want != "" || !strings.HasPrefix(packet, "T")) {
			return packet
		}
	}
}

func (d debugger) command(t *testing.T, packet, want string) (answer string) {
	t.Helper()
	d.send(t, packet)
	return d.expect(t, want)
}

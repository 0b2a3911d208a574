package qemu

import (
	"bytes"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"
)

// Debugger is a connection to QEMU's debugging stub (GDB documentation, appendix E, Remote
// Serial Protocol): it stops the machine, and sees system registers and physical memory,
// whatever the page tables say.
type Debugger struct {
	conn      net.Conn
	registers map[string]register
}

type register struct{ number, bytes int }

const debuggerTimeout = 60 * time.Second

// Debug stops the machine and connects to its stub. [Debugger.Close] lets it go on.
func (vm *VM) Debug() (*Debugger, error) {
	path := filepath.Join(vm.dir, "gdb")
	if _, err := vm.QMP("human-monitor-command", map[string]any{"command-line": "gdbserver unix:" + path + ",server=on,wait=off"}); err != nil {
		return nil, err
	}
	conn, err := net.Dial("unix", path)
	if err != nil {
		return nil, err
	}
	d := &Debugger{conn: conn, registers: map[string]register{}}
	if _, err := d.do("qSupported:multiprocess+;xmlRegisters=i386,arm"); err != nil {
		conn.Close()
		return nil, err
	}
	if err := d.describe("target.xml", new(int)); err != nil {
		conn.Close()
		return nil, err
	}
	_, err = d.do("Qqemu.PhyMemMode:1")
	return d, err
}

// Close lets the machine go on.
func (d *Debugger) Close() error {
	_, err := d.do("D;1")
	d.conn.Close()
	return err
}

// describe reads which registers there are: a description includes others, and a register
// that does not give its number has the one after the register before.
func (d *Debugger) describe(name string, next *int) error {
	var text []byte
	for {
		part, err := d.do(fmt.Sprintf("qXfer:features:read:%s:%x,ffb", name, len(text)))
		if err != nil {
			return err
		}
		if part == "" {
			return fmt.Errorf("no description %s", name)
		}
		text = append(text, part[1:]...)
		if part[0] == 'l' {
			break
		}
	}
	decoder := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, _ := decoder.Token()
		if token == nil {
			return nil
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attribute := map[string]string{}
		for _, a := range start.Attr {
			attribute[a.Name.Local] = a.Value
		}
		switch start.Name.Local {
		case "include":
			if err := d.describe(attribute["href"], next); err != nil {
				return err
			}
		case "reg":
			var bits int
			fmt.Sscan(attribute["bitsize"], &bits)
			fmt.Sscan(attribute["regnum"], next)
			d.registers[attribute["name"]] = register{*next, bits / 8}
			*next++
		}
	}
}

// Register returns a register of the processor, by the stub's name.
func (d *Debugger) Register(name string) (value uint64, err error) {
	r, ok := d.registers[name]
	if !ok {
		return 0, fmt.Errorf("the stub knows no register %s", name)
	}
	answer, err := d.do(fmt.Sprintf("p%x", r.number))
	if err != nil {
		return 0, err
	}
	b, err := hex.DecodeString(answer)
	if err != nil || len(b) == 0 || len(b) > 8 {
		return 0, fmt.Errorf("register %s: %q", name, answer)
	}
	for i, c := range b {
		value |= uint64(c) << (8 * i)
	}
	return value, nil
}

// Read reads physical memory.
func (d *Debugger) Read(addr uint64, size int) ([]byte, error) {
	const pieceMax = 1 << 10
	var all []byte
	for len(all) < size {
		n := min(size-len(all), pieceMax)
		answer, err := d.do(fmt.Sprintf("m%x,%x", addr+uint64(len(all)), n))
		if err != nil {
			return nil, err
		}
		piece, err := hex.DecodeString(answer)
		if err != nil || len(piece) != n {
			return nil, fmt.Errorf("memory at %#x: %q", addr, answer)
		}
		all = append(all, piece...)
	}
	return all, nil
}

// Write writes physical memory.
func (d *Debugger) Write(addr uint64, data []byte) error {
	answer, err := d.do(fmt.Sprintf("M%x,%x:%x", addr, len(data), data))
	if err == nil && answer != "OK" {
		err = fmt.Errorf("memory at %#x: %q", addr, answer)
	}
	return err
}

// do sends a packet and returns the answer's contents.
func (d *Debugger) do(packet string) (string, error) {
	d.conn.SetDeadline(time.Now().Add(debuggerTimeout))
	sum := byte(0)
	for i := range len(packet) {
		sum += packet[i]
	}
	if _, err := fmt.Fprintf(d.conn, "$%s#%02x", packet, sum); err != nil {
		return "", err
	}
	for {
		answer, err := d.receive()
		if err != nil {
			return "", fmt.Errorf("debugging stub, %s: %w", packet, err)
		}
		if len(answer) > 3 && answer[0] == 'T' && strings.HasPrefix(answer[3:], "thread:") {
			continue // no answer: that the machine has stopped
		}
		if len(answer) == 3 && answer[0] == 'E' {
			return "", fmt.Errorf("debugging stub, %s: error %s", packet, answer[1:])
		}
		return answer, nil
	}
}

// receive reads one packet: $contents#sum, in which } escapes what follows.
func (d *Debugger) receive() (string, error) {
	var contents []byte
	b := make([]byte, 1)
	read := func() (byte, error) {
		_, err := d.conn.Read(b)
		return b[0], err
	}
	for {
		c, err := read()
		if err != nil {
			return "", err
		}
		if c == '$' {
			break
		}
	}
	for {
		c, err := read()
		switch {
		case err != nil:
			return "", err
		case c == '#':
			read()
			read()
			_, err := d.conn.Write([]byte("+"))
			return string(contents), err
		case c == '}':
			c, err = read()
			if err != nil {
				return "", err
			}
			c ^= 0x20
		}
		contents = append(contents, c)
	}
}

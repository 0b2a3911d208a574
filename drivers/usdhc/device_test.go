//go:build !tamago

package usdhc

import (
	"encoding/binary"
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/sd"
	"github.com/tamagotake/tamagotake/hal/cache"
	"github.com/tamagotake/tamagotake/hal/fake"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

const base = 0x2190000

// fault is what goes wrong with one command.
type fault struct {
	status uint32 // error bits of INT_STATUS
	adma   uint32
	answer uint32 // bits of the card status, in the answer
	stop   uint32 // and in that of the automatic Stop
	short  bool   // half of the data only
	hang   bool   // nothing happens at all
	remove bool   // the card is taken out
	busy   int    // so many looks at PRES_STATE say busy
}

// memoryCard is an SD card: its registers and its contents.
type memoryCard struct {
	cid, csd [16]byte
	scr      [8]byte
	version1 bool // does not know SendCondition
	bySize   bool
	fast     bool
	slow     int // so many AppOpConditions say not yet
	image    []byte
	state    uint32
	app      bool
}

func newCard(sectors int) *memoryCard {
	c := &memoryCard{fast: true, image: make([]byte, sectors*sectorSize)}
	copy(c.cid[:], "\x01TMcard!\x10\x12\x34\x56\x78\x01\x9a")
	c.csd = [16]byte{0: 0x40, 3: 0x32, 4: 0x5b, 5: 0x59}
	size := uint32(sectors/1024 - 1)
	c.csd[7], c.csd[8], c.csd[9] = byte(size>>16), byte(size>>8), byte(size)
	c.scr = [8]byte{2, 5}
	for i := range c.image {
		c.image[i] = byte(i/sectorSize*7 + i)
	}
	return c
}

// device is the controller. What it can reach is in its own list and not the machine's, since
// it has half of an address only.
type device struct {
	t      *testing.T
	card   *memoryCard
	locked bool
	regs   map[uintptr]uint32
	busy   int
	memory [][]byte // what it can reach

	faults func(index uint32) fault
	log    []uint32 // commands, App added
	resets []uint32
	stuck  bool
	given  map[uint32]bool // buffers that cache.ToDevice was called for
	line   *fake.Line
}

func (d *device) Read(addr uintptr, _ int) uint64 {
	if addr-base != presState {
		return uint64(d.regs[addr-base])
	}
	v := uint32(presClockStable)
	if d.card != nil {
		v |= presInserted
	}
	if !d.locked {
		v |= presWritable
	}
	if d.busy > 0 {
		d.busy--
		v |= presDataInhibit
	}
	return uint64(v)
}

func (d *device) Write(addr uintptr, _ int, val uint64) {
	defer d.follow()
	v := uint32(val)
	switch r := addr - base; r {
	case intStatus:
		d.regs[r] &^= v
	case sysCtrl:
		if bits := v & (sysResetAll | sysResetCmd | sysResetData); bits != 0 {
			d.resets = append(d.resets, bits)
			if bits&sysResetAll != 0 {
				clear(d.regs)
			}
			if bits&sysResetData != 0 {
				d.busy = 0
			}
			if !d.stuck {
				v &^= bits
			}
		}
		d.regs[r] = v &^ sysInit
	case cmdXfrTyp:
		d.regs[r] = v
		d.command(v)
	default:
		d.regs[r] = v
	}
}

func (d *device) raise(bits uint32) { d.regs[intStatus] |= bits & d.regs[intStatusEn] }

func (d *device) insert(c *memoryCard) { d.card = c; d.raise(intInserted); d.follow() }
func (d *device) remove()              { d.card = nil; d.raise(intRemoved); d.follow() }

// follow has the line be as the registers say.
func (d *device) follow() { d.line.Set(d.regs[intStatus]&d.regs[intSignalEn] != 0) }

func (d *device) command(xfr uint32) {
	index := xfr >> xfrIndex & 0x3f
	c := d.card
	if c != nil && c.app && index != sd.AppCommand {
		index += sd.App
		c.app = false
	}
	d.log = append(d.log, index)
	var f fault
	if d.faults != nil {
		f = d.faults(index)
	}
	if f.remove {
		d.remove()
		c = nil
	}
	if f.hang {
		return
	}
	if c == nil && index != sd.GoIdle || f.status&intNoAnswer != 0 {
		d.raise(intNoAnswer)
		return
	}
	if f.status != 0 || f.adma != 0 || f.short {
		if f.short {
			d.data(c, index, true)
			f.status, f.adma = f.status|intADMA, 0x4
		}
		d.regs[admaErr] = f.adma
		d.raise(f.status | intCommand)
		return
	}
	d.busy = f.busy
	d.answerTo(c, index, f)
}

func (d *device) answerTo(c *memoryCard, index uint32, f fault) {
	done := uint32(intCommand)
	short := c.status() | f.answer
	arg := d.regs[cmdArg]
	if addressed := index > sd.AllSendCID && index < sd.App && index != sd.SendCondition && index != sd.AppCommand; c != nil &&
		(addressed && index != sd.SendAddress && c.state < 3 || index == sd.Stop) {
		d.raise(intNoAnswer) // it does not know that it is meant; or has stopped
		return
	}
	switch index {
	case sd.GoIdle:
		if c != nil {
			c.state = 0
		}
	case sd.SendCondition:
		if c.version1 {
			d.raise(intNoAnswer)
			return
		}
		short = arg
	case sd.AppCommand:
		c.app = true
		short |= sd.StatusApp
	case sd.AppOpCondition:
		if short = 0; c.slow > 0 {
			c.slow--
		} else if short = 1<<31 | 0xff8000; !c.bySize {
			short |= 1 << 30
		}
	case sd.AllSendCID:
		c.state = 2
		d.long(c.cid)
		d.raise(done)
		return
	case sd.SendAddress:
		c.state = 3
		short = 0x4567<<16 | 0x500
	case sd.SendCSD:
		d.long(c.csd)
		d.raise(done)
		return
	case sd.Select:
		c.state = sd.StateTransfer
	case sd.ReadMultiple, sd.WriteMultiple, sd.AppSendSCR, sd.Switch:
		d.data(c, index, false)
		d.regs[cmdRsp0+12] = c.status() | f.stop
		done |= intTransfer
	}
	d.regs[cmdRsp0] = short
	d.raise(done)
}

func (c *memoryCard) status() uint32 {
	if c == nil {
		return 0
	}
	return c.state<<9 | sd.StatusReady
}

func (d *device) long(b [16]byte) {
	for i := range 4 {
		d.regs[cmdRsp0+uintptr(i)*4] = 0
	}
	for i := range 15 {
		d.regs[cmdRsp0+uintptr(i/4)*4] |= uint32(b[14-i]) << (i % 4 * 8)
	}
}

// data moves data as the table of descriptors says.
func (d *device) data(c *memoryCard, index uint32, half bool) {
	var from []byte
	count := int(d.regs[blkAtt]>>16) * int(d.regs[blkAtt]&0x1fff)
	at := int(d.regs[cmdArg])
	if !c.bySize {
		at *= sectorSize
	}
	switch index {
	case sd.AppSendSCR:
		from = c.scr[:]
	case sd.Switch:
		var s [sd.StatusBlockSize]byte
		if c.fast {
			s[13], s[16] = 3, byte(d.regs[cmdArg]>>31)
		}
		from = s[:]
	default:
		from = c.image[at : at+count]
	}
	if len(from) != count {
		d.t.Fatalf("command %d: %d bytes of %d", index, count, len(from))
	}
	for table := d.reach(d.regs[admaAddr], 8); ; {
		attr, n := binary.LittleEndian.Uint16(table), int(binary.LittleEndian.Uint16(table[2:]))
		buf := d.reach(binary.LittleEndian.Uint32(table[4:]), n)
		if n > len(from) || attr&^admaEnd != admaValid|admaTransfer {
			d.t.Fatalf("descriptor %#x of %d bytes, %d left", attr, n, len(from))
		}
		if half {
			n /= 2
		}
		if index == sd.WriteMultiple {
			copy(from, buf[:n])
		} else {
			copy(buf[:n], from)
		}
		from = from[n:]
		if attr&admaEnd != 0 || half {
			break
		}
		table = table[8:]
	}
	if len(from) != 0 && !half {
		d.t.Fatalf("command %d: %d bytes have no descriptor", index, len(from))
	}
}

// reach returns memory as the controller sees it, by the low half of its address.
func (d *device) reach(addr uint32, n int) []byte {
	for _, m := range d.memory {
		if off := addr - address(m); off < uint32(len(m)) && int(off)+n <= len(m) {
			if !d.given[address(m)] {
				d.t.Errorf("the device was not given the memory at %#x", addr)
			}
			return m[off:]
		}
	}
	d.t.Fatalf("DMA to %#x, which is nobody's", addr)
	return nil
}

const intr = 54

type bench struct {
	*testing.T
	*fake.Machine
	device device
	host   Host
	task   task.Task[error]
	join   task.JoinHandle[error]
	said   []string
}

func newBench(t *testing.T, c *memoryCard) *bench {
	b := &bench{T: t, Machine: fake.New(t),
		device: device{t: t, card: c, regs: map[uintptr]uint32{}, given: map[uint32]bool{}}}
	mmio.Fake = &b.device
	cache.Fake = func(to bool, start, end uintptr) { b.device.given[uint32(start)] = to }
	b.device.line = b.Line(intr)
	b.host.Init(Config{Name: "sd1", Base: base, Line: intr, RootHz: 198e6, Detect: true, Four: true,
		Report: func(s string) { b.said = append(b.said, s) }})
	b.device.memory = [][]byte{b.host.table, b.host.data}
	b.spawn()
	b.run()
	return b
}

func (b *bench) spawn() {
	var err error
	if b.join, err = sched.Spawn(&b.Exec, &b.task, nil, coro.Func(b.host.Serve)); err != nil {
		b.Fatal(err)
	}
}

// run lets driver, controller and time go on for half a minute.
func (b *bench) run() {
	b.Helper()
	b.Advance(30e9)
}

func (b *bench) request(op block.Op, sector uint64, sectors int) *block.Request {
	r := &block.Request{Op: op, Sector: sector, Buf: block.Buffer(sectors * sectorSize)}
	b.device.memory = append(b.device.memory, r.Buf)
	return r
}

// do submits requests and runs until they are done.
func (b *bench) do(rs ...*block.Request) (errs []error) {
	b.Helper()
	for _, r := range rs {
		if err := b.host.Submit(r, task.Waker{}); err != nil {
			b.Fatalf("submit: %v", err)
		}
	}
	b.run()
	for _, r := range rs {
		isDone, err := !r.Busy(), r.Err()
		if !isDone {
			b.Fatal("a request is not done, and nothing more happens")
		}
		errs = append(errs, err)
	}
	return errs
}

func pointer(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }

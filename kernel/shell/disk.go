package shell

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
)

// diskHelp is what disk help prints, and what is said of a disk command that is none.
const diskHelp = `  disk                          the block devices
  disk NAME read SECTOR         a sector, in hexadecimal
  disk NAME write SECTOR TEXT   TEXT and zeros to the end of the sector
  disk NAME sum SECTOR COUNT    SHA-256 of COUNT sectors
  disk NAME flush               what was written before is durable when this is done
  disk NAME exercise OPS SEED BLOCKS
                                random reads and writes of the first BLOCKS x 4096 bytes
  disk NAME bench read|write REQUESTS BYTES
                                requests of BYTES one after the other, 8 in flight
  disk NAME latency SAMPLES     from an interrupt to a real-time task that waits for it
`

func (m *Shell) disk(c *coro.Ctx, args string) error {
	switch args {
	case "":
		m.diskList()
		return nil
	case "help":
		m.Printf("%s", diskHelp)
		return nil
	}
	do, err := console.ParseDisk(args)
	d := findDisk(do.Name)
	switch {
	case d == nil:
		return fmt.Errorf("no disk %q: disk lists them", do.Name)
	case err != nil:
		return err
	}
	switch w := do.Words; do.Verb {
	case "read":
		err = m.diskRead(c, d, w[0])
	case "write":
		err = m.diskWrite(c, d, w[0], do.Text)
	case "sum":
		err = m.diskSum(c, d, w[0], w[1])
	case "flush":
		if err = m.transfer(c, d, block.Flush, 0, nil); err == nil {
			m.Printf("flushed\n")
		}
	case "exercise":
		err = m.diskExercise(d, w)
	case "bench":
		err = m.diskBench(d, w)
	case "latency":
		err = m.diskLatency(c, d, w[0])
	}
	return err
}

func findDisk(name string) block.Device {
	for _, d := range kernel.Disks() {
		if d.Info().Name == name {
			return d
		}
	}
	return nil
}

func (m *Shell) diskList() {
	if len(kernel.Disks()) == 0 {
		m.Printf("no disks\n")
		return
	}
	m.Printf("%-6s %12s %6s  %s\n", "name", "sectors", "depth", "what")
	for _, d := range kernel.Disks() {
		i := d.Info()
		what := "writes are durable when they are done"
		if i.Cached {
			what = "writes are durable after a flush"
		}
		if i.ReadOnly {
			what = "read-only"
		}
		if p, ok := d.(interface {
			Present() bool
			Where() string
		}); ok {
			what += ", " + p.Where()
			if !p.Present() {
				what = "gone"
			}
		}
		m.Printf("%-6s %12d %6d  %s\n", i.Name, i.Sectors, i.Depth, what)
	}
}

// sector reads the number of a sector of a disk.
func sector(d block.Device, text string) (n uint64, err error) {
	i := d.Info()
	if i.Sectors == 0 {
		return 0, fmt.Errorf("%s has no sectors", i.Name)
	}
	return console.Number("a sector of "+i.Name, text, 0, i.Sectors-1)
}

const diskBufferSize = 32 << 10

// diskMemory returns the shell's buffer, when no disk has it: the request and the buffer may be with
// a disk still, of a command that was cancelled.
func (m *Shell) diskMemory(c *coro.Ctx) []byte {
	c.Await(&m.request)
	if m.buffer == nil {
		m.buffer = block.Buffer(diskBufferSize)
	}
	return m.buffer
}

// transfer does one operation.
func (m *Shell) transfer(c *coro.Ctx, d block.Device, op block.Op, sector uint64, buf []byte) error {
	r := &m.request
	c.Await(r)
	r.Op, r.Sector, r.Buf = op, sector, buf
	for err := d.Submit(r, c.Waker()); err != nil; err = d.Submit(r, c.Waker()) {
		if err != block.ErrFull {
			return err
		}
		c.Yield() // another's completion makes room
	}
	c.Await(r)
	return r.Err()
}

// blockOf returns the whole blocks of a disk that have n sectors from a sector on, and where
// in them the sectors begin, in bytes.
func blockOf(d block.Device, sector, n uint64) (from, sectors uint64, at int) {
	size := uint64(d.Info().BlockSize / block.SectorSize)
	from = sector - sector%size
	sectors = (sector + n - from + size - 1) / size * size
	return from, sectors, int(sector-from) * block.SectorSize
}

// fits returns an error if one block of the disk does not fit into the shell's buffer.
func fits(d block.Device) error {
	if i := d.Info(); i.BlockSize > diskBufferSize {
		return fmt.Errorf("%s has blocks of %d bytes: %d is the most here", i.Name, i.BlockSize, diskBufferSize)
	}
	return nil
}

// readBlock reads the blocks that have the sector into the shell's buffer. at is where in them the
// sector begins.
func (m *Shell) readBlock(c *coro.Ctx, d block.Device, n uint64) (buf []byte, from uint64, at int, err error) {
	from, sectors, at := blockOf(d, n, 1)
	buf = m.diskMemory(c)[:sectors*block.SectorSize]
	return buf, from, at, m.transfer(c, d, block.Read, from, buf)
}

func (m *Shell) diskRead(c *coro.Ctx, d block.Device, text string) error {
	n, err := sector(d, text)
	if err == nil {
		err = fits(d)
	}
	if err != nil {
		return err
	}
	buf, _, at, err := m.readBlock(c, d, n)
	if err == nil {
		m.dump(buf[at : at+block.SectorSize])
	}
	return err
}

// dump prints sixteen bytes a line; a run of lines of zeros becomes one.
func (m *Shell) dump(b []byte) {
	var zeros [16]byte
	skipping := false
	for at := 0; at < len(b); at += 16 {
		row := b[at : at+16]
		if at > 0 && bytes.Equal(row, zeros[:]) {
			if !skipping {
				m.Printf("*\n")
			}
			skipping = true
			continue
		}
		skipping = false
		text := bytes.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return '.'
			}
			return r
		}, row)
		m.Printf("%03x  % x  %s\n", at, row, text)
	}
}

// diskWrite writes the block that has the sector; if that has more than the sector, it is read
// before.
func (m *Shell) diskWrite(c *coro.Ctx, d block.Device, where, text string) error {
	n, err := sector(d, where)
	if err == nil {
		err = fits(d)
	}
	if err != nil {
		return err
	}
	from, sectors, at := blockOf(d, n, 1)
	buf := m.diskMemory(c)[:sectors*block.SectorSize]
	if sectors > 1 {
		if buf, from, at, err = m.readBlock(c, d, n); err != nil {
			return err
		}
	}
	clear(buf[at : at+block.SectorSize])
	copy(buf[at:at+block.SectorSize], text)
	if err := m.transfer(c, d, block.Write, from, buf); err != nil {
		return err
	}
	m.Printf("written\n")
	return nil
}

func (m *Shell) diskSum(c *coro.Ctx, d block.Device, where, count string) error {
	from, err := sector(d, where)
	if err == nil {
		err = fits(d)
	}
	if err != nil {
		return err
	}
	i := d.Info()
	n, err := console.Number("the count", count, 1, i.Sectors-from)
	if err != nil {
		return err
	}
	size := uint64(i.BlockSize / block.SectorSize)
	most := min(uint64(i.SectorsMost), diskBufferSize/block.SectorSize)
	sum, memory := sha256.New(), m.diskMemory(c)
	for to := from + n; from < to; {
		first, sectors, at := blockOf(d, from, min(to-from, most-most%size-from%size))
		n := min(to, first+sectors) - from
		buf := memory[:sectors*block.SectorSize]
		if err := m.transfer(c, d, block.Read, first, buf); err != nil {
			return err
		}
		sum.Write(buf[at : at+int(n)*block.SectorSize])
		from += n
	}
	m.Printf("sha256 %x\n", sum.Sum(nil))
	return nil
}

func (m *Shell) rng(c *coro.Ctx, args string) error {
	if args == "" {
		args = "16"
	}
	n, err := console.Number("rng: how many bytes", args, 1, 4096)
	if err != nil {
		return err
	}
	source := kernel.Random()
	if source == nil {
		return errors.New("no random device")
	}
	got := make([]byte, 0, n)
	for len(got) < cap(got) {
		c.Await(source)
		k, err := source.Read(got[len(got):cap(got)])
		if err != nil {
			return fmt.Errorf("rng: %w", err)
		}
		got = got[:len(got)+k]
	}
	for row := range slices.Chunk(got, 32) {
		m.Printf("%x\n", row)
	}
	return nil
}

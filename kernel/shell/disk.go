//go:build tamago

package shell

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/task"
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

func (m *Shell) disk(args string) {
	switch args {
	case "":
		m.diskList()
		return
	case "help":
		m.printf("%s", diskHelp)
		return
	}
	c, err := console.ParseDisk(args)
	d := findDisk(c.Name)
	if d == nil {
		err = fmt.Errorf("no disk %q: disk lists them", c.Name)
	}
	if err != nil {
		m.printf("%v\n", err)
		return
	}
	switch w := c.Words; c.Verb {
	case "read":
		m.diskRead(d, w[0])
	case "write":
		m.diskWrite(d, w[0], c.Text)
	case "sum":
		m.diskSum(d, w[0], w[1])
	case "flush":
		m.transfer(d, block.Flush, 0, nil, nil, func() { m.printf("flushed\n") })
	case "exercise":
		m.diskExercise(d, w)
	case "bench":
		m.diskBench(d, w)
	case "latency":
		m.diskLatency(d, w[0])
	}
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
		m.printf("no disks\n")
		return
	}
	m.printf("%-6s %12s %6s  %s\n", "name", "sectors", "depth", "what")
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
		m.printf("%-6s %12d %6d  %s\n", i.Name, i.Sectors, i.Depth, what)
	}
}

// number reads an argument, and says what is wrong with it.
func (m *Shell) number(what, text string, least, most uint64) (n uint64, ok bool) {
	n, err := console.Number(what, text, least, most)
	if err != nil {
		m.printf("%v\n", err)
	}
	return n, err == nil
}

// sector reads the number of a sector of a disk.
func (m *Shell) sector(d block.Device, text string) (n uint64, ok bool) {
	if d.Info().Sectors == 0 {
		m.printf("%s has no sectors\n", d.Info().Name)
		return 0, false
	}
	return m.number("a sector of "+d.Info().Name, text, 0, d.Info().Sectors-1)
}

const diskBufferSize = 32 << 10

// diskMemory is the monitor's buffer.
func (m *Shell) diskMemory() []byte {
	if m.buffer == nil {
		m.buffer = block.Buffer(diskBufferSize)
	}
	return m.buffer
}

// transfer does one operation, into a buffer that prepare fills or not, and then calls done, if
// it went well. The request and the buffer may be with a disk still, of a command that was
// ended: that is waited for.
func (m *Shell) transfer(d block.Device, op block.Op, sector uint64, buf []byte, prepare, done func()) {
	sent := false
	m.later(func(cx *task.Context) bool {
		if m.request.Poll(cx) == task.Pending {
			return false
		}
		err := m.request.Err()
		if !sent {
			if prepare != nil {
				prepare()
			}
			m.request.Op, m.request.Sector, m.request.Buf = op, sector, buf
			if err = d.Submit(&m.request, task.Waker{}); err == block.ErrFull {
				return again(cx) // another's completion makes room
			}
			if err == nil {
				sent = true
				if m.request.Poll(cx) == task.Pending {
					return false
				}
				err = m.request.Err()
			}
		}
		if err != nil {
			m.printf("%v\n", err)
			return true
		}
		m.step = nil
		if done(); m.step != nil {
			return again(cx)
		}
		return true
	}, nil)
}

// blockOf returns the whole blocks of a disk that have n sectors from a sector on, and where
// in them the sectors begin, in bytes.
func blockOf(d block.Device, sector, n uint64) (from, sectors uint64, at int) {
	size := uint64(d.Info().BlockSize / block.SectorSize)
	from = sector - sector%size
	sectors = (sector + n - from + size - 1) / size * size
	return from, sectors, int(sector-from) * block.SectorSize
}

// fits says so if one block of the disk does not fit into the monitor's buffer.
func (m *Shell) fits(d block.Device) bool {
	i := d.Info()
	if i.BlockSize > diskBufferSize {
		m.printf("%s has blocks of %d bytes: %d is the most here\n", i.Name, i.BlockSize, diskBufferSize)
	}
	return i.BlockSize <= diskBufferSize
}

// diskRead reads the block that has the sector.
func (m *Shell) diskRead(d block.Device, sector string) {
	n, ok := m.sector(d, sector)
	if !ok || !m.fits(d) {
		return
	}
	from, sectors, at := blockOf(d, n, 1)
	buf := m.diskMemory()[:sectors*block.SectorSize]
	m.transfer(d, block.Read, from, buf, nil, func() { m.dump(buf[at : at+block.SectorSize]) })
}

// dump prints sixteen bytes a line; a run of lines of zeros becomes one.
func (m *Shell) dump(b []byte) {
	var zeros [16]byte
	skipping := false
	for at := 0; at < len(b); at += 16 {
		row := b[at : at+16]
		if at > 0 && bytes.Equal(row, zeros[:]) {
			if !skipping {
				m.printf("*\n")
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
		m.printf("%03x  % x  %s\n", at, row, text)
	}
}

// diskWrite writes the block that has the sector; if that has more than the sector, it is read
// before.
func (m *Shell) diskWrite(d block.Device, sector, text string) {
	n, ok := m.sector(d, sector)
	if !ok || !m.fits(d) {
		return
	}
	from, sectors, at := blockOf(d, n, 1)
	buf := m.diskMemory()[:sectors*block.SectorSize]
	write := func() {
		m.transfer(d, block.Write, from, buf, func() {
			clear(buf[at : at+block.SectorSize])
			copy(buf[at:at+block.SectorSize], text)
		}, func() { m.printf("written\n") })
	}
	if sectors == 1 {
		write()
		return
	}
	m.transfer(d, block.Read, from, buf, nil, write)
}

func (m *Shell) diskSum(d block.Device, sector, count string) {
	from, ok := m.sector(d, sector)
	if !ok || !m.fits(d) {
		return
	}
	n, ok := m.number("the count", count, 1, d.Info().Sectors-from)
	if !ok {
		return
	}
	m.sumRest(d, sha256.New(), from, from+n)
}

// sumRest reads a buffer and sums it, and comes again for the next.
func (m *Shell) sumRest(d block.Device, sum hash.Hash, from, to uint64) {
	i := d.Info()
	size := uint64(i.BlockSize / block.SectorSize)
	most := min(uint64(i.SectorsMost), diskBufferSize/block.SectorSize)
	first, sectors, at := blockOf(d, from, min(to-from, most-most%size-from%size))
	n := min(to, first+sectors) - from
	buf := m.diskMemory()[:sectors*block.SectorSize]
	m.transfer(d, block.Read, first, buf, nil, func() {
		sum.Write(buf[at : at+int(n)*block.SectorSize])
		if from+n < to {
			m.sumRest(d, sum, from+n, to)
			return
		}
		m.printf("sha256 %s\n", hex.EncodeToString(sum.Sum(nil)))
	})
}

func (m *Shell) rng(args string) {
	if args == "" {
		args = "16"
	}
	n, ok := m.number("rng: how many bytes", args, 1, 4096)
	if !ok {
		return
	}
	source := kernel.Random()
	if source == nil {
		m.printf("no random device\n")
		return
	}
	got := make([]byte, 0, n)
	m.later(func(cx *task.Context) bool {
		for len(got) < cap(got) {
			k, err := source.Read(cx.Waker(), got[len(got):cap(got)])
			if err != nil {
				m.printf("rng: %v\n", err)
				return true
			}
			if k == 0 {
				return false
			}
			got = got[:len(got)+k]
		}
		rest := got
		m.lines(func() bool {
			k := min(len(rest), 32)
			m.printf("%x\n", rest[:k])
			rest = rest[k:]
			return len(rest) > 0
		})
		return again(cx)
	}, nil)
}

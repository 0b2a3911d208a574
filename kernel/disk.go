//go:build tamago

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"strings"

	"tamagotake/drivers/block"
	"tamagotake/rt/task"
)

// disks are the block devices, in the order in which they were found. The machine's part
// of the kernel adds them.
var disks []block.Device

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

func (m *monitor) disk(args string) {
	words := strings.Fields(args)
	switch {
	case len(words) == 0:
		m.diskList()
		return
	case len(words) == 1 && words[0] == "help":
		m.printf("%s", diskHelp)
		return
	}
	d := findDisk(words[0])
	if d == nil {
		m.printf("no disk %q: disk lists them\n", words[0])
		return
	}
	if len(words) == 1 {
		m.printf("disk %s what? disk help says what there is\n", words[0])
		return
	}
	command, words := words[1], words[2:]
	want := map[string]int{"read": 1, "write": 2, "sum": 2, "flush": 0, "exercise": 3, "bench": 3, "latency": 1}
	n, ok := want[command]
	if !ok {
		m.printf("a disk does not know %q: disk help says what there is\n", command)
		return
	}
	if len(words) != n && (command != "write" || len(words) < n) {
		m.printf("disk %s wants %d more words, not %d: disk help\n", command, n, len(words))
		return
	}
	switch command {
	case "read":
		m.diskRead(d, words[0])
	case "write":
		_, text, _ := strings.Cut(args, " write ")
		_, text, _ = strings.Cut(strings.TrimSpace(text), " ")
		m.diskWrite(d, words[0], strings.TrimSpace(text))
	case "sum":
		m.diskSum(d, words[0], words[1])
	case "flush":
		m.transfer(d, block.Flush, 0, nil, func() { m.printf("flushed\n") })
	case "exercise":
		m.diskExercise(d, words)
	case "bench":
		m.diskBench(d, words)
	case "latency":
		m.diskLatency(d, words[0])
	}
}

func findDisk(name string) block.Device {
	for _, d := range disks {
		if d.Info().Name == name {
			return d
		}
	}
	return nil
}

func (m *monitor) diskList() {
	if len(disks) == 0 {
		m.printf("no disks\n")
		return
	}
	m.printf("%-6s %12s %6s  %s\n", "name", "sectors", "depth", "what")
	for _, d := range disks {
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
func (m *monitor) number(what, text string, least, most uint64) (n uint64, ok bool) {
	n, err := strconv.ParseUint(text, 0, 64)
	if err != nil || n < least || n > most {
		m.printf("%s is a number from %d to %d, not %q\n", what, least, most, text)
		return 0, false
	}
	return n, true
}

// sector reads the number of a sector of a disk.
func (m *monitor) sector(d block.Device, text string) (n uint64, ok bool) {
	if d.Info().Sectors == 0 {
		m.printf("%s has no sectors\n", d.Info().Name)
		return 0, false
	}
	return m.number("a sector of "+d.Info().Name, text, 0, d.Info().Sectors-1)
}

const diskBufferSize = 32 << 10

// diskMemory is the monitor's buffer.
func (m *monitor) diskMemory() []byte {
	if m.buffer == nil {
		m.buffer = block.Buffer(diskBufferSize)
	}
	return m.buffer
}

// transfer does one operation and then calls done, if it went well.
func (m *monitor) transfer(d block.Device, op block.Op, sector uint64, buf []byte, done func()) {
	sent := false
	m.later = func(w task.Waker) bool {
		isDone, err := m.request.Poll(w)
		if !isDone {
			return false
		}
		if !sent {
			sent = true
			m.request.Op, m.request.Sector, m.request.Buf = op, sector, buf
			if err = d.Submit(&m.request, w); err == block.ErrFull {
				sent = false
				w.Wake() // somebody else's completion makes room
				return false
			}
			if err == nil {
				isDone, err = m.request.Poll(w)
			}
			if err == nil && !isDone {
				return false
			}
		}
		if err != nil {
			m.printf("%v\n", err)
			return true
		}
		m.later = nil
		done()
		return m.later == nil || m.later(w)
	}
}

func (m *monitor) diskRead(d block.Device, sector string) {
	n, ok := m.sector(d, sector)
	if !ok {
		return
	}
	buf := m.diskMemory()[:block.SectorSize]
	m.transfer(d, block.Read, n, buf, func() { m.dump(buf) })
}

// dump prints sixteen bytes a line; a run of lines of zeros becomes one.
func (m *monitor) dump(b []byte) {
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

func (m *monitor) diskWrite(d block.Device, sector, text string) {
	n, ok := m.sector(d, sector)
	if !ok {
		return
	}
	buf := m.diskMemory()[:block.SectorSize]
	clear(buf)
	copy(buf, text)
	m.transfer(d, block.Write, n, buf, func() { m.printf("written\n") })
}

func (m *monitor) diskSum(d block.Device, sector, count string) {
	from, ok := m.sector(d, sector)
	if !ok {
		return
	}
	n, ok := m.number("the count", count, 1, d.Info().Sectors-from)
	if !ok {
		return
	}
	m.sumRest(d, sha256.New(), from, from+n)
}

// sumRest reads a buffer and sums it, and comes again for the next.
func (m *monitor) sumRest(d block.Device, sum hash.Hash, from, to uint64) {
	n := min(to-from, uint64(d.Info().SectorsMost), diskBufferSize/block.SectorSize)
	buf := m.diskMemory()[:n*block.SectorSize]
	m.transfer(d, block.Read, from, buf, func() {
		sum.Write(buf)
		if from+n < to {
			m.sumRest(d, sum, from+n, to)
			return
		}
		m.printf("sha256 %s\n", hex.EncodeToString(sum.Sum(nil)))
	})
}

// randomSource is the random device, nil if there is none.
var randomSource interface {
	Read(w task.Waker, p []byte) (n int, err error)
}

func (m *monitor) rng(args string) {
	if args == "" {
		args = "16"
	}
	n, ok := m.number("rng: how many bytes", args, 1, 4096)
	if !ok {
		return
	}
	if randomSource == nil {
		m.printf("no random device\n")
		return
	}
	got := make([]byte, 0, n)
	m.later = func(w task.Waker) bool {
		for len(got) < cap(got) {
			k, err := randomSource.Read(w, got[len(got):cap(got)])
			if err != nil {
				m.printf("rng: %v\n", err)
				return true
			}
			if k == 0 {
				return false
			}
			got = got[:len(got)+k]
		}
		for at := 0; at < len(got); at += 32 {
			fmt.Fprintf(&m.out, "%x\n", got[at:min(at+32, len(got))])
		}
		return true
	}
}

package qemu

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/kernel/shell/exercise"
)

// card returns the machine with a card in its slot.
func (m Machine) card(file string) Machine {
	return m.With("-drive", "if=sd,id=card,format=raw,file="+file)
}

// bootCard waits until the card was found, which may be after the prompt.
func bootCard(t *testing.T, m Machine, want string) console {
	t.Helper()
	c := console{Start(t, m), t}
	c.wait(`\nsd1: `+want+`\r\n`+prompt, bootTimeout)
	return c
}

// A card is read as the file is, and what is written is in the file, on both boards.
func TestCard(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{EVK, USBArmory} {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			file, contents := noise(t, 4<<20)
			c := bootCard(t, m.card(file), `QEMU! .*, 4 MiB, 4 bits at 50 MHz`)
			before := c.irqs()["sd1"]
			if got, want := c.run("disk sd1 sum 0 8192"), "sha256 "+sum(contents)+"\n"; got != want {
				t.Errorf("read %s, the file has %s", got, want)
			}
			if n := c.irqs()["sd1"] - before; n != 8192/64 {
				t.Errorf("%d interrupts for %d requests of 64 sectors", n, 8192/64)
			}
			for _, sector := range []int{0, 1, 4095, 8191} {
				if got := c.run(fmt.Sprintf("disk sd1 write %d sector %d was here", sector, sector)); got != "written\n" {
					t.Errorf("%q", got)
				}
				at := contents[sector*512:][:512]
				clear(at)
				copy(at, fmt.Sprintf("sector %d was here", sector))
			}
			if sumFile(t, file) != sum(contents) {
				t.Error("the file has other contents")
			}
			if got := c.run("disk sd1 read 8192"); got != "a sector of sd1 is a number from 0 to 8191, not \"8192\"\n" {
				t.Errorf("%q", got)
			}
		})
	}
}

// A large card has addresses of sectors, a small one of bytes; both ends of a large one.
func TestLargeCard(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "card.img")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const sectors = 8 << 30 / 512
	if err := f.Truncate(sectors * 512); err != nil {
		t.Fatal(err)
	}
	c := bootCard(t, EVK.card(file), `QEMU! .*, 8192 MiB, 4 bits at 50 MHz`)
	for _, sector := range []int{0, sectors - 1, 5 << 30 / 512} {
		text := fmt.Sprintf("this is %d", sector)
		c.run(fmt.Sprintf("disk sd1 write %d %s", sector, text))
		b := make([]byte, len(text))
		if _, err := f.ReadAt(b, int64(sector)*512); err != nil || string(b) != text {
			t.Errorf("sector %d: %q, %v", sector, b, err)
		}
		if got := c.run(fmt.Sprintf("disk sd1 read %d", sector)); !strings.Contains(got, text[:8]) {
			t.Errorf("sector %d: %q", sector, got)
		}
	}
}

func contentsOf(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const exerciseEnd = `exercise: (\d+) operations of 4096 bytes, (\d+) errors, (\d+) wrong, \d+ ns, (\d+) allocations\r\n`

// A thousand random reads and writes (make soak: twenty), eight in the ring, while a goroutine keeps the
// collector busy and the console takes what it is sent: all right, in the guest and in the file.
func TestCardStress(t *testing.T) {
	t.Parallel()
	const blocks, seed = 1000, 42
	ops, paste := soak(1000), min(soak(64<<10), 1<<20)
	file, before := noise(t, 8<<20)
	c := bootCard(t, EVK.card(file), `QEMU! .*`)
	c.run("load on")
	c.send(fmt.Sprintf("disk sd1 exercise %d %d %d", ops, seed, blocks))
	c.send(fmt.Sprint("recv ", paste))
	c.wait(`ready for`, timeout)
	blob := make([]byte, paste)
	rand.Read(blob)
	go c.Type(string(blob))
	ends := []string{exerciseEnd, `received (\d+) bytes, crc32 ([0-9a-f]+),`}
	for range ends {
		g := c.wait(strings.Join(ends, "|"), 8*timeout)
		switch {
		case strings.HasPrefix(g[0], "exercise"):
			if g[1] != strconv.Itoa(ops) || g[2] != "0" || g[3] != "0" {
				t.Error(g[0])
			}
		case g[6] != fmt.Sprintf("%08x", crc32.ChecksumIEEE(blob)):
			t.Error(g[0])
		}
	}
	checkExercise(t, contentsOf(t, file), seed, uint64(ops), uint64(ops), blocks, before)
}

// After a reset in the middle, what was said to be durable is in the file, and the card is
// found again.
func TestCardReset(t *testing.T) {
	t.Parallel()
	const ops, blocks, seed = 1_000_000, 500, 7
	file, before := noise(t, 4<<20)
	c := bootCard(t, EVK.card(file), `QEMU! .*`)
	c.send(fmt.Sprintf("disk sd1 exercise %d %d %d", ops, seed, blocks))
	c.wait(`flushed 500\r\n`, timeout)
	if _, err := c.QMP("system_reset", nil); err != nil {
		t.Fatal(err)
	}
	c.wait(`\nsd1: QEMU! .*\r\n`+prompt, bootTimeout)
	durable := uint64(0)
	for _, line := range strings.Split(c.Output(), "\r\n") {
		if n, err := strconv.ParseUint(strings.TrimPrefix(line, "flushed "), 10, 64); err == nil && strings.HasPrefix(line, "flushed ") {
			durable = n
		}
	}
	after := contentsOf(t, file)
	if durable < 500 || bytes.Equal(before, after) {
		t.Fatalf("%d operations are durable, nothing was tested", durable)
	}
	checkExercise(t, after, seed, durable, durable+exercise.FlushEvery, blocks, before)
	if got, want := c.run("disk sd1 sum 0 8192"), "sha256 "+sum(after)+"\n"; got != want {
		t.Errorf("read %s, the file has %s", got, want)
	}
}

// Errors of the image (blkdebug) cannot be had here: QEMU's card prints "read error on host
// side" or "write error on host side", and tells the guest that all went well (hw/sd/sd.c).
// A read-only image it refuses. Both are tested on the host, in drivers/usdhc.

// Errors of all kinds, forced upon the controller from outside (FORCE_EVENT, IMX6ULLRM
// 58.8.20) while it works. One at a time is got over, and nothing is lost; if they do not
// end, requests fail, but nothing is wrong, and afterwards the card is as good as before.
func TestCardErrors(t *testing.T) {
	t.Parallel()
	const blocks, seed, ops, rounds = 100, 3, 200, 60
	q, args := newQtest(t)
	file, before := noise(t, 4<<20)
	c := bootCard(t, EVK.card(file).With(args...), `QEMU! .*`)
	q.accept(t)
	kinds := []uint32{1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20, 1 << 21, 1 << 22, 1 << 24, 1 << 28}
	force := func(n int) { q.do(t, fmt.Sprintf("writel 0x02190050 %#x", kinds[n%len(kinds)])) }
	work := fmt.Sprintf("disk sd1 exercise %d %d %d", ops, seed, blocks)
	force(0) // with nothing in flight it is nobody's
	for n := range rounds {
		c.send(work)
		c.wait(`flushed 100\r\n`, timeout)
		force(n)
		if g := c.wait(exerciseEnd, timeout); g[1] != strconv.Itoa(ops) || g[2] != "0" || g[3] != "0" {
			t.Error(g[0])
		}
	}
	c.send("disk")
	if n, _ := strconv.Atoi(c.wait(`50 MHz, (\d+) retries\r\n`, timeout)[1]); n < rounds/10 || n > rounds {
		t.Errorf("%d of %d errors have struck a transfer", n, rounds)
	} else {
		t.Logf("%d of %d errors have struck a transfer", n, rounds)
	}
	checkExercise(t, contentsOf(t, file), seed, ops, ops, blocks, before)

	ended := strings.Count(c.Output(), "exercise: ")
	c.send(work)
	for n := 0; strings.Count(c.Output(), "exercise: ") == ended; n++ {
		force(n)
	}
	if g := c.wait(exerciseEnd, timeout); g[3] != "0" {
		t.Error(g[0])
	} else {
		t.Logf("without end: %s of %s requests failed", g[2], g[1])
	}
	for c.send("disk"); c.wait(`what\r\nsd1 +(\d+)`, timeout)[1] == "0"; {
		c.send("disk") // it was given up as lost, and is being looked for
	}
	c.send(work)
	if g := c.wait(exerciseEnd, timeout); g[2] != "0" || g[3] != "0" {
		t.Error(g[0])
	}
}

// A card that is taken out while it works: what waits fails, once and in words; the next
// card is found, and it is another one.
func TestCardRemoved(t *testing.T) {
	t.Parallel()
	file, _ := noise(t, 4<<20)
	other, _ := noise(t, 2<<20)
	c := bootCard(t, EVK.card(file), `QEMU! .*`)
	for range 3 {
		c.send("disk sd1 exercise 2000 1 500")
		c.wait(`flushed 100\r\n`, timeout)
		if _, err := c.QMP("eject", map[string]any{"device": "card", "force": true}); err != nil {
			t.Fatal(err)
		}
		c.wait(`\nsd1: card removed\r\n`, timeout)
		if g := c.wait(exerciseEnd, timeout); g[2] == "0" || g[3] != "0" {
			t.Error(g[0])
		}
		if got := c.run("disk sd1 read 0"); got != "sd1 has no sectors\n" {
			t.Errorf("%q", got)
		}
		if got := c.run("disk"); !strings.Contains(got, "gone") {
			t.Errorf("%s", got)
		}
		if _, err := c.QMP("blockdev-change-medium", map[string]any{"device": "card", "filename": other, "format": "raw"}); err != nil {
			t.Fatal(err)
		}
		c.wait(`\nsd1: QEMU! .*, 2 MiB, 4 bits at 50 MHz\r\n`+prompt, timeout)
	}
	if got, want := c.run("disk sd1 sum 0 4096"), "sha256 "+sumFile(t, other)+"\n"; got != want {
		t.Errorf("read %s, the file has %s", got, want)
	}
}

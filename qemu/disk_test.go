package qemu

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/kernel/shell/exercise"
)

// virtio returns the machine with virtio devices, each named without its bus: over PCI on
// q35, over memory-mapped registers on microvm.
func (m Machine) virtio(devices ...string) Machine {
	bus := "pci"
	if m.Name == MicroVM.Name {
		bus = "device"
		m = m.With("-global", "virtio-mmio.force-legacy=false")
	}
	for _, d := range devices {
		name, rest, _ := strings.Cut(d, ",")
		m = m.With("-device", "virtio-"+name+"-"+bus+","+rest)
	}
	return m
}

// disk returns the machine with an image as its only disk.
func (m Machine) disk(file, format string) Machine {
	return m.With("-drive", "if=none,id=d,file="+file+",format="+format).virtio("blk,drive=d")
}

// eachVirtio runs the test on the machines that have virtio devices.
func eachVirtio(t *testing.T, test func(t *testing.T, m Machine)) {
	t.Parallel()
	for _, m := range []Machine{Q35, MicroVM} {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			test(t, m)
		})
	}
}

// noise makes an image of random contents.
func noise(t *testing.T, size int) (file string, contents []byte) {
	contents = make([]byte, size)
	rand.Read(contents)
	file = filepath.Join(t.TempDir(), "disk.img")
	if err := os.WriteFile(file, contents, 0o644); err != nil {
		t.Fatal(err)
	}
	return file, contents
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func sumFile(t *testing.T, file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return sum(b)
}

// img runs qemu-img.
func img(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("qemu-img", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("qemu-img %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// What is on the disk is what the file has, and the other way round.
func TestDisk(t *testing.T) {
	eachVirtio(t, func(t *testing.T, m Machine) {
		const size = 4 << 20
		file, contents := noise(t, size)
		c := boot(t, m.disk(file, "raw"))
		if got := c.run("disk"); !regexp.MustCompile(`vda +8192 +16  writes are durable after a flush, virtio-`).MatchString(got) {
			t.Errorf("disk: %s", got)
		}
		for _, at := range []int{0, 4096, 8191} {
			want := fmt.Sprintf("000  % x  ", contents[at*512:at*512+16])
			if got := c.run(fmt.Sprint("disk vda read ", at)); !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 32 {
				t.Errorf("sector %d: %q, want %q", at, got, want)
			}
		}
		for _, r := range [][2]int{{0, 8192}, {8191, 1}, {77, 1000}} {
			got := c.run(fmt.Sprint("disk vda sum ", r[0], " ", r[1]))
			if want := "sha256 " + sum(contents[r[0]*512:(r[0]+r[1])*512]) + "\n"; got != want {
				t.Errorf("%d sectors from %d: %q, want %q", r[1], r[0], got, want)
			}
		}
		if got := c.run("disk vda write 8191 two words"); got != "written\n" {
			t.Errorf("write: %q", got)
		}
		if got := c.run("disk vda flush"); got != "flushed\n" {
			t.Errorf("flush: %q", got)
		}
		clear(contents[8191*512:])
		copy(contents[8191*512:], "two words")
		if got, want := sumFile(t, file), sum(contents); got != want {
			t.Errorf("the file has %s, want %s", got, want)
		}
		if n := c.irqs()["vda"]; n == 0 {
			t.Error("no interrupts of vda")
		}
		c.send("halt")
		c.exit(0)
	})
}

// Bad input is answered by one line that says what is wrong.
func TestDiskBadInput(t *testing.T) {
	eachVirtio(t, func(t *testing.T, m Machine) {
		file, contents := noise(t, 64<<10)
		c := boot(t, m.disk(file, "raw"))
		for args, want := range map[string]string{
			"sda read 0":               `no disk "sda": disk lists them`,
			"vda":                      `disk vda what? disk help says what there is`,
			"vda erase":                `a disk does not know "erase": disk help says what there is`,
			"vda read":                 `disk read wants 1 more words, not 0: disk help`,
			"vda read 128":             `a sector of vda is a number from 0 to 127, not "128"`,
			"vda read -1":              `a sector of vda is a number from 0 to 127, not "-1"`,
			"vda read 1 2":             `disk read wants 1 more words, not 2: disk help`,
			"vda write 0":              `disk write wants 2 more words, not 1: disk help`,
			"vda write 128 x":          `a sector of vda is a number from 0 to 127, not "128"`,
			"vda sum 100 29":           `the count is a number from 1 to 28, not "29"`,
			"vda sum 0 many":           `the count is a number from 1 to 128, not "many"`,
			"vda exercise 1 1 17":      `how many blocks is a number from 8 to 16, not "17"`,
			"vda bench erase 1 512":    `disk bench wants read or write, not "erase"`,
			"vda bench read 1 513":     `513 bytes are not whole blocks of 512 bytes, or more than the disk has`,
			"vda bench read 1 9999999": `the size of a request is a number from 512 to 65536, not "9999999"`,
		} {
			if got := c.run("disk " + args); got != want+"\n" {
				t.Errorf("disk %s: %q, want %q", args, got, want)
			}
		}
		if got := c.run("rng"); got != "no random device\n" {
			t.Errorf("rng: %q", got)
		}
		if sumFile(t, file) != sum(contents) {
			t.Error("the disk was changed")
		}
	})
}

// model is what a disk may hold after an exercise: of each block, the operations that may
// have written it last.
func checkExercise(t *testing.T, image []byte, seed, certain, begun, blocks uint64, before []byte) {
	t.Helper()
	may := make([][]uint64, blocks) // plus 1; 0 is what was there before
	for n := range begun {
		op := exercise.At(seed, n, blocks)
		switch {
		case !op.Write:
		case n < certain:
			may[op.Block] = []uint64{n + 1}
		default:
			may[op.Block] = append(may[op.Block], n+1)
		}
	}
	written := 0
	for b := range blocks {
		got := image[b*exercise.BlockSize : (b+1)*exercise.BlockSize]
		if len(may[b]) == 0 || may[b][0] > certain {
			may[b] = append(may[b], 0)
		}
		ok := false
		for _, n := range may[b] {
			ok = ok || n > 0 && exercise.Is(got, seed, n-1) ||
				n == 0 && string(got) == string(before[b*exercise.BlockSize:(b+1)*exercise.BlockSize])
		}
		if !ok {
			t.Errorf("block %d has nothing that it may have: one of %d operations, the first of them %d, plus 1", b, len(may[b]), may[b][0])
		}
		if may[b][0] > 0 && may[b][0] <= certain {
			written++
		}
	}
	if written < int(blocks)/4 {
		t.Errorf("only %d of %d blocks were written: nothing was tried", written, blocks)
	}
}

// soak is how much longer things are done by make soak.
func soak(n int) int {
	if os.Getenv("SOAK") != "" {
		return 20 * n
	}
	return n
}

// Random reads and writes, eight in flight, while goroutines allocate and the console
// takes a megabyte; what is on the disk is checked from outside.
func TestDiskStress(t *testing.T) {
	eachVirtio(t, func(t *testing.T, m Machine) {
		const blocks, seed = 1024, 7
		ops, typed := soak(10000), min(soak(256<<10), 1<<20)
		file, contents := noise(t, blocks*exercise.BlockSize)
		c := boot(t, m.disk(file, "raw"))
		c.run("load on")
		collected := c.collections()
		c.send(fmt.Sprintf("disk vda exercise %d %d %d", ops, seed, blocks))
		c.wait(`flushed 100\r\n`, timeout)
		c.send(fmt.Sprint("recv ", typed))
		c.wait(`ready for`, timeout)
		go c.Type(strings.Repeat("0123456789abcdef", typed/16))
		// Either may be over first.
		done, received := fmt.Sprintf(`exercise: %d operations of 4096 bytes, 0 errors, 0 wrong`, ops), fmt.Sprintf(`received %d bytes`, typed)
		c.wait(`(?s)(`+done+`.*`+received+`|`+received+`.*`+done+`).*?`+prompt, time.Duration(soak(1))*timeout*6)
		if n := c.collections() - collected; n < 10 {
			t.Errorf("%d garbage collections meanwhile: too few to have been in the way", n)
		}
		c.run("load off")
		got := c.run(fmt.Sprint("disk vda sum 0 ", blocks*8))
		c.send("halt")
		c.exit(0)
		if want := "sha256 " + sumFile(t, file) + "\n"; got != want {
			t.Errorf("the guest reads %q, the file has %q", got, want)
		}
		image, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		checkExercise(t, image, seed, uint64(ops), uint64(ops), blocks, contents)
	})
}

// Whatever ends the machine, what a flush has acknowledged is in the image. It is of a
// format whose tables QEMU keeps in memory until a flush, so that killing QEMU loses what
// was not flushed, as a cut of power does.
func TestDiskDurable(t *testing.T) {
	for _, end := range []string{"quit", "system_reset", "kill"} {
		t.Run(end, func(t *testing.T) {
			eachVirtio(t, func(t *testing.T, m Machine) {
				const blocks, seed, ops = 1024, 11, 1000000
				dir := t.TempDir()
				file, raw := filepath.Join(dir, "disk.qcow2"), filepath.Join(dir, "disk.img")
				img(t, "create", "-q", "-f", "qcow2", file, strconv.Itoa(blocks*exercise.BlockSize))
				c := boot(t, m.disk(file, "qcow2"))
				c.send(fmt.Sprintf("disk vda exercise %d %d %d", ops, seed, blocks))
				c.wait(fmt.Sprintf(`flushed %d\r\n`, soak(1500)), timeout)
				switch end {
				case "quit":
					c.QMP("quit", nil) // its answer may not come
				case "system_reset":
					if _, err := c.QMP("system_reset", nil); err != nil {
						t.Fatal(err)
					}
					c.wait(`tamagotake, go`, bootTimeout)
					c.wait(prompt, bootTimeout)
					c.run("disk")
					c.send("halt")
				case "kill":
					c.process.Process.Kill()
				}
				if _, err := c.Exit(timeout); err != nil {
					t.Fatal(err)
				}
				all := regexp.MustCompile(`flushed (\d+)`).FindAllStringSubmatch(c.Output(), -1)
				certain, _ := strconv.ParseUint(all[len(all)-1][1], 10, 64)
				if end == "kill" {
					img(t, "check", "-q", "-r", "leaks", file)
				} else {
					img(t, "check", "-q", file)
				}
				img(t, "convert", "-O", "raw", file, raw)
				image, err := os.ReadFile(raw)
				if err != nil {
					t.Fatal(err)
				}
				// What was done after the last line that came is not known: more may have been on its way.
				checkExercise(t, image, seed, certain, ops, blocks, make([]byte, len(image)))
			})
		})
	}
}

// Errors that QEMU is told to make: a clear line each, nothing hangs, nothing grows, and
// all else works.
func TestDiskErrors(t *testing.T) {
	eachVirtio(t, func(t *testing.T, m Machine) {
		const bad = 1000 // sector
		file, _ := noise(t, 1<<20)
		config := filepath.Join(t.TempDir(), "blkdebug")
		text := ""
		for _, event := range []string{"read_aio", "write_aio"} {
			text += fmt.Sprintf("[inject-error]\nevent = \"%s\"\nerrno = \"5\"\nsector = \"%d\"\nonce = \"off\"\n\n", event, bad)
		}
		text += "[inject-error]\nevent = \"flush_to_disk\"\nerrno = \"5\"\nonce = \"on\"\n"
		if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		c := boot(t, m.disk("blkdebug:"+config+":"+file, "raw").With("-global", "virtio-blk-device.werror=report", "-global", "virtio-blk-device.rerror=report"))
		for args, want := range map[string]string{
			"read 1000":     "vda: read of sector 1000: the device reports an error (request status 0x1)\n",
			"write 1000 x":  "vda: write of sector 1000: the device reports an error (request status 0x1)\n",
			"sum 992 16":    "vda: read of sector 992: the device reports an error (request status 0x1)\n",
			"write 1001 ok": "written\n",
		} {
			if got := c.run("disk vda " + args); got != want {
				t.Errorf("%s: %q, want %q", args, got, want)
			}
		}
		if got := c.run("disk vda flush"); got != "vda: flush: the device reports an error (request status 0x1)\n" {
			t.Errorf("flush: %q", got)
		}
		if got := c.run("disk vda flush"); got != "flushed\n" {
			t.Errorf("second flush: %q", got)
		}
		work := func() (errors int) {
			c.send("disk vda exercise 3000 5 256")
			g := c.wait(`exercise: 3000 operations of 4096 bytes, (\d+) errors, 0 wrong`, timeout)
			c.wait(prompt, timeout)
			errors, _ = strconv.Atoi(g[1])
			return errors
		}
		work()
		before := c.taken()
		for range soak(3) {
			if n := work(); n < 3 {
				t.Errorf("%d errors: too few to have been tried", n)
			}
		}
		if after := c.taken(); after > before+1024 {
			t.Errorf("the runtime had %d KiB before, and has %d", before, after)
		}
		if got := c.run("disk vda read 1001"); !strings.HasPrefix(got, "000  6f 6b 00") {
			t.Errorf("afterwards: %q", got)
		}
	})
}

// taken returns how many KiB the guest's runtime has taken from the machine.
func (c console) taken() (kib int) {
	c.t.Helper()
	g := regexp.MustCompile(`runtime +(\d+) KiB`).FindStringSubmatch(c.run("mem"))
	if g == nil {
		c.t.Fatal("mem does not say what the runtime has taken")
	}
	kib, _ = strconv.Atoi(g[1])
	return kib
}

func TestRandom(t *testing.T) {
	eachVirtio(t, func(t *testing.T, m Machine) {
		c := boot(t, m.virtio("rng"))
		seen := map[string]bool{}
		for _, n := range []int{1, 16, 32, 300, 4096} {
			got := strings.ReplaceAll(c.run(fmt.Sprint("rng ", n)), "\n", "")
			if b, err := hex.DecodeString(got); err != nil || len(b) != n || seen[got] || n > 1 && strings.Trim(got, "0") == "" {
				t.Errorf("rng %d: %q, %v", n, got, err)
			}
			seen[got] = true
		}
		for _, bad := range []string{"0", "4097", "x"} {
			if got := c.run("rng " + bad); got != fmt.Sprintf("rng: how many bytes is a number from 1 to 4096, not %q\n", bad) {
				t.Errorf("rng %s: %q", bad, got)
			}
		}
	})
}

// A monitor on the virtio console, beside the one on the UART.
func TestSecondConsole(t *testing.T) {
	eachVirtio(t, func(t *testing.T, m Machine) {
		path := filepath.Join(t.TempDir(), "hvc")
		l, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		m = m.With("-chardev", "socket,id=hvc,path="+path).virtio("serial")
		first := boot(t, m.With("-device", "virtconsole,chardev=hvc"))
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		second := console{&VM{console: conn, more: make(chan struct{}, 1)}, t}
		go second.collect()
		second.wait(prompt, timeout)
		if got := second.run("echo over here"); got != "over here\n" {
			t.Errorf("%q", got)
		}
		if got := second.run("help"); strings.Count(got, "\n") < 15 {
			t.Errorf("help: %q", got)
		}
		const size = 100 << 10
		second.send(fmt.Sprint("recv ", size))
		second.wait(`ready for`, timeout)
		go second.Type(strings.Repeat("x", size))
		second.wait(fmt.Sprintf(`received %d bytes, crc32`, size), timeout)
		if got := first.run("echo still here"); got != "still here\n" {
			t.Errorf("the first: %q", got)
		}
		if n := first.irqs()["hvc"]; n == 0 {
			t.Error("no interrupts of hvc")
		}
	})
}

// What cannot be driven is named, with what to do, and the rest works.
func TestUnusableDevices(t *testing.T) {
	t.Parallel()
	file, contents := noise(t, 64<<10)
	var five []string
	q := Q35
	for i := range 5 {
		q = q.With("-drive", fmt.Sprintf("if=none,id=d%d,file=%s,format=raw,read-only=on,file.locking=off", i, file))
		five = append(five, fmt.Sprintf("blk,drive=d%d", i))
	}
	for _, c := range []struct {
		name string
		m    Machine
		want string
	}{
		{"five disks", q.virtio(five...), `device:  virtio-pci 00:05.0: there are 4 disks already, which is all that there is room for\r\n`},
		{"two random devices", q.virtio("blk,drive=d0", "rng", "rng"), `device:  virtio-pci 00:03.0: there is a random device already\r\n`},
		{"legacy over PCI", q.virtio("blk,drive=d0", "rng,disable-modern=on,disable-legacy=off"), `device:  virtio-pci 00:02.0: a legacy device; in QEMU, disable-modern=off makes it a modern one\r\n`},
		{"legacy", MicroVM.With("-device", "virtio-rng-device"), `device:  virtio-mmio at 0x[0-9a-f]+: a legacy device; in QEMU, -global virtio-mmio.force-legacy=false makes it a modern one \(Version 0x1\)\r\n`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			vm := console{Start(t, c.m), t}
			vm.wait(c.want, bootTimeout)
			vm.wait(prompt, bootTimeout)
			if c.name == "legacy" {
				return
			}
			if got := vm.run("disk vda sum 0 128"); got != "sha256 "+sum(contents)+"\n" {
				t.Errorf("%q", got)
			}
			if got := vm.run("disk vda write 0 x"); got != "block: the device is read-only\n" {
				t.Errorf("%q", got)
			}
		})
	}
}

// A device without messages, behind two bridges: its pin is turned twice.
func TestPinInterrupt(t *testing.T) {
	t.Parallel()
	for addr := 1; addr <= 4; addr++ {
		t.Run(fmt.Sprint(addr), func(t *testing.T) {
			t.Parallel()
			file, contents := noise(t, 64<<10)
			c := boot(t, Q35.With("-device", "pcie-root-port,id=rp,chassis=1,slot=1", "-device", "pcie-pci-bridge,id=pb,bus=rp",
				"-drive", "if=none,id=d,file="+file+",format=raw").virtio(fmt.Sprintf("blk,drive=d,vectors=0,bus=pb,addr=%d", addr)))
			if got := c.run("disk vda sum 0 128"); got != "sha256 "+sum(contents)+"\n" {
				t.Errorf("%q", got)
			}
			if got := c.run("pci"); strings.Count(got, "\n") != 8 {
				t.Errorf("%s", got)
			}
			if got := c.run("pci"); !regexp.MustCompile(`02:0` + fmt.Sprint(addr) + `\.0 .*none +vda, line`).MatchString(got) {
				t.Errorf("%s", got)
			}
		})
	}
}

// hotPlug returns q35 with slots that devices can be plugged into by the port itself; by
// default QEMU has the firmware's ACPI tables do that.
func hotPlug(ports ...string) Machine {
	m := Q35.With("-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off")
	for i, p := range ports {
		m = m.With("-device", fmt.Sprintf("%s,id=rp%d,chassis=%d,slot=%d", p, i, i+1, i+1))
	}
	return m
}

// A disk that is taken out while it is in use: its requests end, with errors that say so,
// QEMU gets it back, and another one takes its place.
func TestDiskUnplugged(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"pcie-root-port", "ioh3420"} { // MSI-X, MSI
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			files, contents := make([]string, 3), make([][]byte, 3)
			m := hotPlug(kind, kind)
			for i := range files {
				files[i], contents[i] = noise(t, 4<<20)
				m = m.With("-drive", fmt.Sprintf("if=none,id=d%d,file=%s,format=raw", i, files[i]))
			}
			c := boot(t, m.virtio("blk,drive=d0,bus=rp0,id=blk0"))
			plug := func(i, port int) {
				if _, err := c.QMP("device_add", map[string]any{"driver": "virtio-blk-pci", "drive": fmt.Sprintf("d%d", i), "bus": fmt.Sprintf("rp%d", port), "id": fmt.Sprintf("blk%d", i)}); err != nil {
					t.Fatal(err)
				}
			}
			unplug := func(i int) {
				if _, err := c.QMP("device_del", map[string]any{"id": fmt.Sprintf("blk%d", i)}); err != nil {
					t.Fatal(err)
				}
				c.wait(`device:  vda is gone\r\n`+prompt, timeout)
				// One event comes for what is inside of the device, and one for itself.
				for name := fmt.Sprintf(`"device": "blk%d"`, i); ; {
					data, err := c.Event("DEVICE_DELETED", timeout)
					if err != nil {
						t.Fatal(err)
					}
					if strings.Contains(data, name) {
						break
					}
				}
			}
			whole := func(name string, i int) {
				t.Helper()
				if got := c.run("disk " + name + " sum 0 8192"); got != "sha256 "+sumFile(t, files[i])+"\n" {
					t.Errorf("%s: %q", name, got)
				}
			}
			whole("vda", 0)
			c.send("disk vda exercise 100000000 3 1024")
			c.wait(`flushed 500\r\n`, timeout)
			unplug(0)
			c.wait(`exercise: .* wrong`, timeout)
			if out := c.Output(); !regexp.MustCompile(`vda: (read|write|flush)( of sector \d+)?: the device is gone`).MatchString(out) {
				t.Error("nobody was told")
			}
			c.wait(prompt, timeout)
			if got := c.run("disk vda read 0"); got != "vda: read of sector 0: the device is gone\n" {
				t.Errorf("a disk that is gone: %q", got)
			}
			if got := c.run("disk"); !regexp.MustCompile(`vda .* gone\n`).MatchString(got) {
				t.Errorf("disk: %s", got)
			}
			plug(1, 0)
			c.wait(`device:  vda, virtio-pci 01:00.0, line \d+\r\n`, timeout)
			whole("vda", 1)
			plug(2, 1)
			c.wait(`device:  vdb, virtio-pci 02:00.0, line \d+\r\n`, timeout)
			whole("vdb", 2)
			unplug(1)
			whole("vdb", 2)

			// Again and again, and nothing grows.
			if _, err := c.QMP("blockdev-add", map[string]any{"driver": "raw", "node-name": "again", "file": map[string]any{"driver": "file", "filename": files[1]}}); err != nil {
				t.Fatal(err)
			}
			before := c.taken()
			for range soak(5) {
				if _, err := c.QMP("device_add", map[string]any{"driver": "virtio-blk-pci", "drive": "again", "bus": "rp0", "id": "blk1"}); err != nil {
					t.Fatal(err)
				}
				c.wait(`device:  vda, virtio-pci 01:00.0, line \d+\r\n`, timeout)
				whole("vda", 1)
				unplug(1)
			}
			if after := c.taken(); after > before+1024 {
				t.Errorf("the runtime had %d KiB before, and has %d", before, after)
			}
		})
	}
}

// A disk that does not answer: each request ends after the driver's half a minute, and the
// disk works again when it answers again. Takes minutes, so it is for make soak.
func TestDiskSilent(t *testing.T) {
	if os.Getenv("SOAK") == "" {
		t.Skip("two time-outs of 30 s each: make soak")
	}
	eachVirtio(t, func(t *testing.T, m Machine) {
		file, contents := noise(t, 64<<10)
		c := boot(t, m.With("-drive", "if=none,id=d,format=raw,throttling.bps-total=1024,file="+file).virtio("blk,drive=d"))
		c.send("disk vda sum 0 128")
		c.wait(`vda: read of sector \d+: the device did not answer in time \(seconds 0x1e\)\r\n`+prompt, bootTimeout)
		c.send("disk vda read 1")
		c.wait(`vda: read of sector 1: the device did not answer in time \(seconds 0x1e\)\r\n`+prompt, bootTimeout)
		if _, err := c.QMP("block_set_io_throttle", map[string]any{"device": "d", "bps": 0, "bps_rd": 0, "bps_wr": 0, "iops": 0, "iops_rd": 0, "iops_wr": 0}); err != nil {
			t.Fatal(err)
		}
		if got := c.run("disk vda sum 0 128"); got != "sha256 "+sum(contents)+"\n" {
			t.Errorf("afterwards: %q", got)
		}
	})
}

// Where the machine cannot give a disk back, QEMU says so, and the disk goes on.
func TestDiskStays(t *testing.T) {
	eachVirtio(t, func(t *testing.T, m Machine) {
		file, contents := noise(t, 64<<10)
		c := boot(t, m.With("-drive", "if=none,id=d,format=raw,file="+file).virtio("blk,drive=d,id=blk0"))
		if _, err := c.QMP("device_del", map[string]any{"id": "blk0"}); err == nil || !strings.Contains(err.Error(), "does not support hotplugging") {
			t.Errorf("device_del: %v", err)
		}
		if got := c.run("disk vda sum 0 128"); got != "sha256 "+sum(contents)+"\n" {
			t.Errorf("%q", got)
		}
	})
}

// Package docs_test runs every command of the README and of the pages beside it.
package docs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/qemu/figures"
)

// timeout is for what hangs, not for what is slow.
const timeout = 20 * time.Minute

// A command is known by its text: what is typed into it, and what it must say. One that
// is in a page and not here fails the test, and so does one that is in no page.
var commands = map[string]struct {
	input string
	want  string // regular expression
	fails bool
	also  func(t *testing.T)
}{
	"make help":                {want: `make boottime +instructions`},
	"make doctor":              {want: `ok +qemu-system-x86_64(?s:.*)ok +go +go version go1\.26\.8`},
	"make image":               {also: isELF("build/tamagotake-amd64.elf", "build/tamagotake-amd64.sym.elf")},
	"make image TARGET=arm":    {also: isELF("build/tamagotake-arm.elf", "build/tamagotake-arm.sym.elf")},
	"make run":                 {input: "echo some text\nhalt\n", want: session("amd64", "q35")},
	"make run TARGET=arm":      {input: "echo some text\nhalt\n", want: session("arm", "mcimx6ul-evk")},
	"make run MACHINE=microvm": {input: "echo some text\nhalt\n", want: session("amd64", "microvm")},

	`printf 'uptime\nhalt\n' | make run`:                    {want: `> uptime\r?\n\d.*s, \d+ sleeps(?s:.*)halting`},
	`printf 'sleep 10ms 1.5s 700\nirqs\nhalt\n' | make run`: {want: `sleep 10ms 1\.5s 700(?s:.*) timer (?s:.*)halting`},
	`printf 'mem\nhalt\n' | make run QEMUFLAGS='-m 32M'`:    {want: `memory +30[56]\d\d KiB of the machine`},
	"make image TAMAGO=/path/to/tamago-go/bin/go":           {want: `TAMAGO="/path/to/tamago-go/bin/go" is not a command: name the go command`, fails: true},
	"make image TARGET=usbarmory":                           {also: isELF("build/tamagotake-usbarmory.elf", "build/tamagotake-usbarmory.sym.elf")},
	"make run TARGET=usbarmory":                             {input: "echo some text\nhalt\n", want: session("arm", "usbarmory")},
	"make disk":                                             {want: `build/tamagotake-amd64\.iso: \d+ MiB`},
	"make run-disk":                                         {}, // TestRunDisk
	"make run-disk FIRMWARE=uefi":                           {},
	"make flash-image":                                      {want: `DCD, not signed\n.*\.img: 8 MiB, 0 files`},
	"make flash DEV=/dev/sdX":                               {want: `flash: stat /dev/sdX: no such file`, fails: true},
	"make sdp":                                              {want: `sdp: no board waits for a download`, fails: true},
	`printf '# the board in the kitchen\nLOG=verbose\nTITLE="kitchen, left"\n-v fast\n' > build/board.conf`:           {},
	"go run ./cmd/tamagotake run -machine usbarmory -config build/board.conf ./qemu/images/arguments":                 {want: `arguments \["kernel" "-v" "fast"\]\r?\nenvironment \["LOG=verbose" "TITLE=kitchen, left"\]`},
	"go run ./cmd/tamagotake sdcard -config build/board.conf -o build/board.img ./qemu/images/arguments -- LOG=quiet": {want: `build/board\.img: 8 MiB, 0 files`},
	"go run ./cmd/tamagotake config build/board.img":                                                                  {want: `, a card: .*\nLOG=quiet\nTITLE='kitchen, left'\n-v fast\n$`},
	"go run ./cmd/tamagotake config -set LOG=verbose -unset TITLE build/board.img -- -v slow":                         {want: `, a card: .*\nLOG=verbose\n-v slow\ndone, and the same when read back\n`},
	"go run ./cmd/tamagotake config -set LOG=verbose /dev/sdX":                                                        {want: `config: stat /dev/sdX: no such file`, fails: true},

	"make keys SIGN=build/test-keys": {want: `four root keys(?s:.*)hash of the root keys: [0-9a-f]{64}\n`},
	"make imx SIGN=build/test-keys":  {want: `DCD, signed, root keys' hash [0-9a-f]{64}\n`},

	`make sdcard IMG=build/card.img CONFIG="README.md go.mod"`: {want: `build/card\.img: 71 MiB, 2 files`},

	"qemu-img create -f raw build/disk.img 4M": {want: `Formatting 'build/disk.img'`},
	`printf 'disk\ndisk vda write 1 some text\ndisk vda flush\nrng\nhalt\n' | make run DISK=build/disk.img`: {
		want: `vda +8192 +16 (?s:.*)written\r?\n(?s:.*)flushed\r?\n.*rng\r?\n[0-9a-f]{32}\r?\n`, also: hasText("build/disk.img", 512, "some text\x00")},
	"make drvbench": {want: `interrupt to task +\d+ instructions`, also: both(hasFigures("build/drvbench.json"), hasDrivers("build/drvbench.json"))},

	"make verify": {want: `/kernel\.timerPoll +\d+ functions, at most +\d+ of +\d+ bytes(?s:.*)verified: \d+ poll functions and \d+ entries reach \d+ functions, nothing refused`, also: hasRoots("build/verify-amd64.json")},
	"go run ./cmd/tamagotake verify -arch arm -v ./examples/monitor": {want: `    runtime\.memmove\n(?s:.*)nothing refused`},
	"make verify TARGET=arm":  {want: `/kernel\.uartPoll +\d+ functions, at most +\d+ of +\d+ bytes`, also: hasRoots("build/verify-arm.json")},
	"make latency":            {want: `idle +realtime +\d+`, also: both(hasPaths("build/latency-amd64.json"), isStated("amd64"))},
	"make latency TARGET=arm": {want: `gc +realtime +\d+`, also: both(hasPaths("build/latency-arm.json"), isStated("arm"))},
	"make sleep":              {want: `idle +realtime +\d+(?s:.*)gc +goroutine +\d+`},
	"make size":               {want: `stripped`, also: isJSON("build/size.json", "stripped_bytes")},
	"make boottime":           {want: `instructions from the kernel's entry`, also: isJSON("build/boottime.json", "entry_to_first_poll")},
	"make bench":              {want: `wake_poll_1 .* adds(?s:.*)tick_empty`, also: isTable("build/bench.json", 21)},

	`make tool && export PATH="$PWD/build:$PATH" && cd "$(mktemp -d)" && tamagotake new hello && cd hello && tamagotake run . you`: {want: `hello/main\.go\n(?s:.*)hello, you, from amd64`},

	`make tool && export PATH="$PWD/build:$PATH" && cd "$(mktemp -d)" && tamagotake new blinker && cd blinker && tamagotake sdcard`: {want: `blinker-usbarmory\.img: 8 MiB, 0 files`},
	"go run ./cmd/tamagotake run ./examples/twolevel":                                    {want: `(\d+ beats\s+){5}`},
	"go run ./cmd/tamagotake run ./qemu/images/arguments 'NAME=a value' one 'two words'": {want: `arguments \["kernel" "one" "two words"\]\r?\nenvironment \["NAME=a value"\]`},
	"go run ./cmd/tamagotake test -arch arm -run TestSplit -v ./internal/words":          {want: `--- PASS: TestSplit(?s:.*)ok\s+github.com/tamagotake/tamagotake/internal/words`},
	"go run ./cmd/tamagotake test ./rt/queue ./drivers/sd":                               {want: `ok\s+github.com/tamagotake/tamagotake/rt/queue(?s:.*)ok\s+github.com/tamagotake/tamagotake/drivers/sd`},

	"go run ./cmd/tamagotake port list":                     {want: `^go1\.26\.8\ngo1\.27\.3\n$`},
	`go run ./cmd/tamagotake port check "$(go env GOROOT)"`: {want: `the port of go1\.26\.8 fits`},
	"make TAMAGOTAKE_GO=go1.27.3":                           {}, // qemu.TestGoReleases builds and boots with it
	`eval "$(go run ./cmd/tamagotake env -arch arm)" && go build -o build/plain.elf ./examples/monitor`: {also: isELF("build/plain.elf")},

	"make new-driver NAME=sample": {want: `drivers/sample/sample_test\.go(?s:.*)go test ./drivers/sample passes`, also: hasSkeleton},
	"go test ./drivers/edu":       {want: `ok\s+github.com/tamagotake/tamagotake/drivers/edu`},

	// These run this test, or have run before it in the same make.
	"make test":        {},
	"make test-host":   {},
	"make test-models": {},
	"make lint":        {},

	"make debug": {}, // TestDebug
}

// notRun are the commands that something else runs.
var notRun = map[string]bool{"make test": true, "make test-host": true, "make test-models": true, "make lint": true, "make debug": true,
	"make run-disk": true, "make run-disk FIRMWARE=uefi": true, "make TAMAGOTAKE_GO=go1.27.3": true}

// session is what a console shows that was sent what "make run" is sent here, from the
// first byte on.
func session(arch, machine string) string {
	return `tamagotake, go1\.26\.8 ` + arch + `\r?\nmachine: ` + machine + `(?s:.*)tamagotake> echo some text\r?\nsome text\r?\ntamagotake> halt\r?\nhalting`
}

var (
	block = regexp.MustCompile("(?s)```sh\n(.*?)```")
	pages = []string{"../README.md", "*.md", "classes/*.md"}
)

// read returns the commands of all pages, each once, in order.
func read(t *testing.T) (list []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, pattern := range pages {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("no %s (%v)", pattern, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range block.FindAllSubmatch(text, -1) {
				for line := range strings.Lines(string(m[1])) {
					line = strings.TrimSpace(line)
					if line != "" && !seen[line] {
						seen[line] = true
						list = append(list, line)
					}
				}
			}
		}
	}
	return list
}

// keep leaves a file as it was.
func keep(t *testing.T, name string) {
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.WriteFile(name, before, 0o644); err != nil {
			t.Error(err)
		}
	})
}

// shell prepares a command line as a person would give it at the top of the tree,
// without what a make around this test has put into the environment.
func shell(t *testing.T, line string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	t.Cleanup(cancel)
	c := exec.CommandContext(ctx, "sh", "-c", line)
	c.Dir = ".."
	c.WaitDelay = 5 * time.Second
	for _, v := range os.Environ() {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "TARGET", "MACHINE", "TAMAGO", "FIRMWARE", "IMG", "CONFIG", "BOOTCONFIG", "GOFLAGS", "GOOS", "GOARCH":
		default:
			c.Env = append(c.Env, v)
		}
	}
	return c
}

func TestCommands(t *testing.T) {
	keep(t, "bench.md") // make bench writes it; what is committed was measured at leisure
	for name, stated := range map[string]*string{"latency.md": &statedLatency, "../README.md": &statedReadme} {
		keep(t, name) // and make latency these; isStated compares
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		*stated = string(text)
	}
	if err := os.RemoveAll("../build/test-keys"); err != nil { // keys are not made twice
		t.Fatal(err)
	}
	list := read(t)
	if len(list) < 10 {
		t.Fatalf("only %d commands found", len(list))
	}
	unused := map[string]bool{}
	for line := range commands {
		unused[line] = true
	}
	for _, line := range list {
		command, ok := commands[line]
		delete(unused, line)
		if !ok {
			t.Errorf("no test knows the command %q", line)
			continue
		}
		if notRun[line] {
			continue
		}
		t.Run(line, func(t *testing.T) {
			c := shell(t, line)
			c.Stdin = strings.NewReader(command.input)
			out, err := c.CombinedOutput()
			if failed := err != nil; failed != command.fails {
				t.Fatalf("%v\n%s", err, out)
			}
			if !regexp.MustCompile(command.want).Match(out) {
				t.Fatalf("%s\ndoes not match %s", out, command.want)
			}
			if command.also != nil {
				command.also(t)
			}
		})
	}
	for line := range unused {
		t.Errorf("the command %q is in no page", line)
	}
}

// make debug stops QEMU before the first instruction; the gdb line that it prints
// brings the kernel to main and shows its source.
func TestDebug(t *testing.T) {
	for _, target := range []string{"amd64", "arm"} {
		t.Run(target, func(t *testing.T) {
			c := shell(t, "exec make debug TARGET="+target+" GDB_PORT="+freePort(t))
			var out lockedBuffer
			c.Stdout, c.Stderr = &out, &out
			stdin, err := c.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			line := waitFor(t, &out, regexp.MustCompile(`(?m)^gdb-multiarch .*$`))
			// QEMU listens a little after make has printed the line: gdb tries again until it does.
			patient := strings.Replace(line, "gdb-multiarch ", "gdb-multiarch -iex 'set tcp connect-timeout unlimited' ", 1)
			gdb, err := shell(t, patient+` -batch -ex 'break main.main' -ex continue -ex 'info line' -ex 'delete' -ex 'detach'`).CombinedOutput()
			if err != nil || !bytes.Contains(gdb, []byte("examples/monitor/main.go")) {
				t.Errorf("%s: %v\n%s", line, err, gdb)
			}
			waitFor(t, &out, regexp.MustCompile(`tamagotake> `))
			if _, err := stdin.Write([]byte("halt\n")); err != nil {
				t.Error(err)
			}
			if err := c.Wait(); err != nil {
				t.Errorf("%v\n%s", err, out.String())
			}
		})
	}
}

// A disk may have any name that a file can have, and one that is not there is told in one line.
func TestDiskNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"odd path.img", "a,b,,c.img", "nbd:colon.img", `quotes '"$HOME$.img`, "tab\tand\\.img"} {
		t.Run(name, func(t *testing.T) {
			name := filepath.Join(dir, name)
			if err := errors.Join(os.WriteFile(name, nil, 0o644), os.Truncate(name, 1<<20)); err != nil {
				t.Fatal(err)
			}
			c := shell(t, `make run DISK="$NAME"`)
			c.Env = append(c.Env, "NAME="+name)
			c.Stdin = strings.NewReader("disk vda write 1 some text\nhalt\n")
			if out, err := c.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if b, err := os.ReadFile(name); err != nil || !bytes.HasPrefix(b[512:], []byte("some text\x00")) {
				t.Errorf("%v, or another file was written to", err)
			}
		})
	}
	for name, want := range map[string]string{
		"none, there.img": `there is no disk "none, there.img": qemu-img create`,
		".":               ". is neither a file nor a device",
	} {
		c := shell(t, `make run DISK="$NAME"`)
		c.Env = append(c.Env, "NAME="+name)
		out, err := c.CombinedOutput()
		if line, _, _ := strings.Cut(string(out), "\n"); err == nil || !strings.HasPrefix(line, `tamagotake: `+want) {
			t.Errorf("%v, %q", err, out)
		}
	}
}

// freePort returns a port that nothing listens on, so that another QEMU can be on the usual one.
func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// make run-disk is typed at when the kernel is there: what comes before that, UEFI takes.
func TestRunDisk(t *testing.T) {
	for _, line := range []string{"make run-disk", "make run-disk FIRMWARE=uefi"} {
		t.Run(line, func(t *testing.T) {
			c := shell(t, "exec "+line)
			var out lockedBuffer
			c.Stdout, c.Stderr = &out, &out
			stdin, err := c.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, &out, regexp.MustCompile(`tamagotake> `))
			if _, err := stdin.Write([]byte("echo some text\nhalt\n")); err != nil {
				t.Error(err)
			}
			if err := c.Wait(); err != nil || !regexp.MustCompile(session("amd64", "q35")).MatchString(out.String()) {
				t.Errorf("%v\n%s", err, out.String())
			}
		})
	}
}

func isELF(names ...string) func(t *testing.T) {
	return func(t *testing.T) {
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join("..", name))
			if err != nil || !bytes.HasPrefix(b, []byte("\x7fELF")) {
				t.Errorf("%s is no ELF file (%v)", name, err)
			}
		}
	}
}

// hasText looks for a text in a file.
func hasText(name string, offset int, text string) func(t *testing.T) {
	return func(t *testing.T) {
		b, err := os.ReadFile(filepath.Join("..", name))
		if err != nil || len(b) < offset+len(text) || string(b[offset:offset+len(text)]) != text {
			t.Errorf("%s has no %q at %d (%v)", name, text, offset, err)
		}
	}
}

func both(first, second func(t *testing.T)) func(t *testing.T) {
	return func(t *testing.T) {
		first(t)
		second(t)
	}
}

// hasFigures checks what make drvbench writes of disks and of straight-line tasks. Instructions and allocations are no
// host's, so they are held to bounds.
func hasFigures(name string) func(t *testing.T) {
	return func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		var results struct {
			Block    map[string]map[string]float64
			Straight map[string]map[string]float64 `json:"straight_line"`
		}
		if err := json.Unmarshal(text, &results); err != nil {
			t.Fatal(err)
		}
		for _, machine := range []string{"q35", "mcimx6ul-evk"} {
			if r := results.Straight[machine]["ratio"]; r <= 0 || r > 3 {
				t.Errorf("%s: a resumption takes %v times the instructions of a poll", machine, r)
			}
		}
		for _, machine := range []string{"q35", "microvm"} {
			f := results.Block[machine]
			if n := f["interrupt_to_task_instructions"]; n < 100 || n > 1500 {
				t.Errorf("%s: %v instructions from a disk's interrupt to its task", machine, n)
			}
			if n := f["interrupts_per_mib"]; n <= 0 || n > 17 {
				t.Errorf("%s: %v interrupts per MiB, of 16 requests", machine, n)
			}
			if n, ok := f["allocations_per_operation"]; n > 0.01 || !ok {
				t.Errorf("%s: %v allocations per operation", machine, n)
			}
			if f["guest_read_mib_per_second"] <= 0 || f["host_read_mib_per_second"] <= 0 {
				t.Errorf("%s: %v", machine, f)
			}
		}
	}
}

// hasRoots checks what make verify writes.
func hasRoots(name string) func(t *testing.T) {
	return func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		var roots []struct {
			Name      string
			Functions []string
			Deepest   int `json:"deepest_stack_bytes"`
			Stack     int `json:"stack_bytes"`
		}
		if err := json.Unmarshal(text, &roots); err != nil || len(roots) < 10 {
			t.Fatalf("%d roots, %v", len(roots), err)
		}
		for _, r := range roots {
			if len(r.Functions) == 0 || r.Deepest > r.Stack || r.Stack == 0 {
				t.Errorf("%+v", r)
			}
		}
	}
}

// hasPaths checks what make latency writes. The real-time path is measured in instructions,
// which no host changes, so it is held to a bound.
func hasPaths(name string) func(t *testing.T) {
	return func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		var results map[string]map[string]struct{ Min, Median, P99, Max, Samples int }
		if err := json.Unmarshal(text, &results); err != nil {
			t.Fatal(err)
		}
		for _, situation := range []string{"idle", "busy", "gc"} {
			for _, path := range []string{"realtime", "device", "bounded", "thread", "goroutine"} {
				l := results[situation][path]
				if l.Samples < 1000 || l.Min <= 0 || l.Median < l.Min || l.Max < l.P99 {
					t.Errorf("%s %s: %+v", situation, path, l)
				}
				if path == "realtime" && (l.Median > 150 || l.Max > 300) {
					t.Errorf("%s: the real-time path takes %+v", situation, l)
				}
			}
			if device, realtime := results[situation]["device"], results[situation]["realtime"]; device.Median <= realtime.Median {
				t.Errorf("%s: the device is reached after %d instructions, its task after %d", situation, device.Median, realtime.Median)
			}
		}
		for _, what := range []string{"interrupt", "wake", "nested", "thread_line", "fault", "idle", "all"} {
			if l := results["masked"][what]; l.Max < 40 || l.Max > 4000 || l.Max > results["masked"]["all"].Max {
				t.Errorf("masked by %s: %+v", what, l)
			}
		}
	}
}

// statedLatency and statedReadme are the pages before make latency rewrites their figures.
var statedLatency, statedReadme string

// isStated compares what latency.md and the README state with what make latency has measured.
func isStated(target string) func(t *testing.T) {
	return func(t *testing.T) {
		text, err := os.ReadFile("../build/latency-" + target + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var results figures.Results
		if err := json.Unmarshal(text, &results); err != nil {
			t.Fatal(err)
		}
		wrong, err := figures.Compare(statedLatency, target, results)
		if err != nil {
			t.Fatal(err)
		}
		more, err := figures.CompareReadme(statedReadme, target, results)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range append(wrong, more...) {
			t.Error(w)
		}
	}
}

// hasDrivers checks what make drvbench writes. What is counted in instructions, and what is
// allocated, no host changes.
func hasDrivers(name string) func(t *testing.T) {
	return func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		type latency struct{ Min, Median, Max, Samples int }
		var results struct {
			UART map[string]struct {
				Ring        latency  `json:"interrupt_to_ring"`
				Reader      latency  `json:"interrupt_to_reader"`
				Device      latency  `json:"write_to_device"`
				Received    int      `json:"interrupts_per_mib_received"`
				Sent        int      `json:"interrupts_per_mib_sent"`
				Allocations *float64 `json:"allocations_per_byte"`
			}
		}
		if err := json.Unmarshal(text, &results); err != nil {
			t.Fatal(err)
		}
		for target, fifo := range map[string]int{"amd64": 16, "arm": 32} {
			u := results.UART[target]
			if u.Ring.Samples < 100 || u.Ring.Median <= 0 || u.Ring.Median > u.Reader.Median || u.Ring.Max > 2500 || u.Device.Median > 3000 {
				t.Errorf("%s: %+v", target, u)
			}
			if u.Sent < 1<<20/fifo || u.Sent > 1<<20/fifo*5/4 || u.Received < 1<<20/fifo/2 {
				t.Errorf("%s: %d interrupts to send a MiB, %d to receive one", target, u.Sent, u.Received)
			}
			if u.Allocations == nil || *u.Allocations != 0 {
				t.Errorf("%s: %v allocations", target, u.Allocations)
			}
		}
	}
}

// isTable checks the results of make bench.
func isTable(name string, lines int) func(t *testing.T) {
	return func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		var table []struct {
			Name     string
			NS, Adds float64
		}
		if err := json.Unmarshal(text, &table); err != nil {
			t.Fatal(err)
		}
		if len(table) != lines {
			t.Errorf("%d lines, not %d", len(table), lines)
		}
		for _, l := range table {
			if l.Name == "" || l.NS <= 0 || l.Adds <= 0 {
				t.Errorf("%+v", l)
			}
		}
	}
}

func isJSON(name, field string) func(t *testing.T) {
	return func(t *testing.T) {
		b, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		var results map[string]map[string]any
		if err := json.Unmarshal(b, &results); err != nil {
			t.Fatal(err)
		}
		for _, target := range []string{"amd64", "arm"} {
			if n, _ := results[target][field].(float64); n <= 0 {
				t.Errorf("%s: %s of %s is %v", name, field, target, results[target][field])
			}
		}
	}
}

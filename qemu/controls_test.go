package qemu

import (
	"cmp"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var controls = flag.Bool("controls", false, "run TestControls, which builds and runs many images")

// A control leaves one thing out of what an interrupt must do so that nobody notices it.
//
// There is none for CLREX on ARM: QEMU's exclusive store compares the value, and so does
// not need it.
type control struct {
	name    string
	machine Machine
	file    string
	text    string // stands there, once for each way out
	with    string
	image   string // below qemu/images/, rtstress if empty
}

var theControls = []control{
	{"amd64 vector registers", Q35, "hal/amd64/vectors.s", "FXRSTOR64 16(SP); ", "", ""},
	{"amd64 register", Q35, "hal/amd64/vectors.s", "POPQ\tR12; ", "ADDQ\t$8, SP; ", ""},
	{"amd64 scratch register", Q35, "hal/amd64/vectors.s", "POPQ\tCX; POPQ\tAX; ", "ADDQ\t$8, SP; POPQ\tAX; ", ""},
	{"amd64 g in its thread-local place", Q35, "hal/amd64/vectors.s", "MOVQ\t528(SP), DX; MOVQ\tDX, (CX)(TLS*1); ", "", ""},
	{"amd64 zero in X15", Q35, "hal/amd64/vectors.s", "\tXORPS\tX15, X15\n", "", ""},
	{"amd64 interrupt to itself", Q35, "hal/amd64/realtime.s", "\tMOVL\t$(const_icrSelf|const_vectorSelf), (AX)\n", "", ""},
	{"amd64 stack of nested interrupts", Q35, "hal/amd64/realtime.s", "\tMOVL\t$const_nestedTop, ·tss+const_tssIST1(SB)\n", "", ""},

	{"amd64 status of the vector registers in a poll", Q35, "hal/amd64/realtime.s", "\tLDMXCSR\t·pollMXCSR(SB)", "\t", ""},
	{"amd64 masking of a wake", Q35, "rt/internal/raw/waker.go", "\tsaved := platform.MaskInterrupts()\n\tenter := w.wakeWithin()\n\tplatform.RestoreInterrupts(saved)\n", "\tenter := w.wakeWithin()\n", "abort"},
	{"amd64 wake in the section of a wait", Q35, "rt/tasksync/step.go", "\treturn wakeWithin(k)\n", "\tq.lock.Leave(1 << 9)\n\tdid = wakeWithin(k)\n\tq.lock.Enter()\n\treturn did\n", "abort"},
	{"amd64 baton", Q35, "rt/tasksync/wait.go", "\tdid := q.step()\n\tq.keepOne(w.flags)\n", "\tdid := served(0)\n\tq.keepOne(w.flags)\n", "abort"},
	{"amd64 wake in the section of a turn", Q35, "rt/timer/turn.go", "\tif k.WakeWithin() {\n", "\tw.section.Leave(1 << 9)\n\tenters := k.WakeWithin()\n\tw.section.Enter()\n\tif enters {\n", "abort"},

	{"arm vector registers", EVK, "hal/arm/vectors.s", "\tWORD\t$0xecbd0b20\t// vpop {d0-d15}\n", "\tADD\t$128, R13\n", ""},
	{"arm status of the vector registers", EVK, "hal/arm/vectors.s", "\tWORD\t$0xeee11a10\t// vmsr fpscr, r1\n", "", ""},
	{"arm register", EVK, "hal/arm/vectors.s", "\tWORD\t$0xe95d7fff\t", "\tMOVW\tR1, (-60+4*4)(R13)\n\tWORD\t$0xe95d7fff\t", ""},
	{"arm link register", EVK, "hal/arm/vectors.s", "\tWORD\t$0xe95d7fff\t", "\tMOVW\tR1, (-60+14*4)(R13)\n\tWORD\t$0xe95d7fff\t", ""},
	{"arm flags", EVK, "hal/arm/vectors.s", "\tWORD\t$0xe95d7fff\t", "\tMOVW\t4(R13), R1\n\tBIC\t$0xf0000000, R1\n\tMOVW\tR1, 4(R13)\n\tWORD\t$0xe95d7fff\t", ""},
	{"arm interrupt to itself", EVK, "hal/arm/realtime.s", "\tMOVW\tR1, (R0)\n", "", ""},
	{"arm status of the vector registers in a poll", EVK, "hal/arm/realtime.s", "\tWORD\t$0xeee12a10\t", "\tWORD\t$0xe1a00000\t", ""},
	{"arm status of the vector registers in a poll by an interrupt", EVK, "hal/arm/vectors.s", "\tWORD\t$0xeee11a10\t// vmsr fpscr, r1: 0, not that of what was struck\n", "", ""},
	{"arm masking of a wake", instructions, "rt/internal/raw/waker.go", "\tsaved := platform.MaskInterrupts()\n\tenter := w.wakeWithin()\n\tplatform.RestoreInterrupts(saved)\n", "\tenter := w.wakeWithin()\n", "abort"},
	{"arm wake in the section of a wait", instructions, "rt/tasksync/step.go", "\treturn wakeWithin(k)\n", "\tq.lock.Leave(0)\n\tdid = wakeWithin(k)\n\tq.lock.Enter()\n\treturn did\n", "abort"},
}

// instructions is the ARM machine with a counter that counts instructions, as package abort wants
// it.
var instructions = EVK.With("-cpu", "cortex-a7,cntfrq=1000000000")

// TestControls shows that the images of package rtstress and abort find what they look for: with
// each of these things left out they report a difference, or the kernel ends, or stands still, which
// TestRealtimeStress does not take for an end either. Some minutes, so only when it is asked for.
func TestControls(t *testing.T) {
	if !*controls {
		t.Skip("make soak runs it")
	}
	for _, c := range theControls {
		image := c.build(t)
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			m := c.machine.With("-icount", "shift=0")
			m.Image = image
			vm, err := Run(m)
			if err != nil {
				t.Fatal(err)
			}
			defer vm.Stop()
			what, err := vm.Wait(`(?:^|\n)(FAILED[^\r]*|end|random: 5000 [^\r]*)\r\n`, c.timeout())
			switch {
			case c.image != "" && (err != nil || !strings.HasPrefix(what[1], "FAILED")):
				t.Errorf("not found: %v, %v", what, err) // that image takes its time, and says what is lost
			case err == nil && what[1] == "end":
				t.Error("not found")
			case err == nil:
				t.Log(what[1])
			case errors.Is(err, ErrTimeout):
				t.Logf("it stands still after: %s", last(vm.Output()))
			default:
				status, err := vm.Exit(timeout)
				if err != nil || status == 0 {
					t.Errorf("status %d, %v", status, err)
				}
				t.Logf("the kernel ended: %s", regexp.MustCompile(`fatal error[^\r]*|panic:[^\r]*|SIG\w+[^\r]*|kernel fault[^\r]*|unexpected[^\r]*|$`).FindString(vm.Output()))
			}
		})
	}
}

// What a control leaves out is still there: else a change elsewhere would be noticed by make soak
// only.
func TestControlsStand(t *testing.T) {
	for _, c := range theControls {
		c.source(t)
	}
}

// controlTimeout is much more than the image needs when nothing is left out.
const controlTimeout = 10 * time.Minute

func (c control) timeout() time.Duration {
	if c.image != "" {
		return 4 * controlTimeout
	}
	return controlTimeout
}

func last(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\r\n")
	return lines[len(lines)-1]
}

// source returns the file, which has the text.
func (c control) source(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("..", c.file))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(source), c.text) {
		t.Fatalf("%s: %q does not stand in %s", c.name, c.text, c.file)
	}
	return string(source)
}

// build builds the image with the text replaced, in a directory of the test's own.
func (c control) build(t *testing.T) string {
	t.Helper()
	other := filepath.Join(t.TempDir(), filepath.Base(c.file))
	if err := os.WriteFile(other, []byte(strings.ReplaceAll(c.source(t), c.text, c.with)), 0o644); err != nil {
		t.Fatal(err)
	}
	arch := regexp.MustCompile(`^\w+`).FindString(c.name)
	return build(t, "./qemu/images/"+cmp.Or(c.image, "rtstress"), "-verify=false", "-arch", arch, "-replace", c.file+"="+other)
}

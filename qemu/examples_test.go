package qemu

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What a run of each example prints, with what is typed. Time is instructions where that matters.
var examples = map[string]struct {
	arch  string // if it is for one only
	typed string
	flags []string
	want  string
}{
	"blink":    {arch: "arm", flags: []string{"-qemu", "-icount shift=0,sleep=off"}, want: `(?s)\r\n4 changes\r\n8 changes\r\n12 changes\r\n16 changes\r\n20 changes\r\n$`},
	"hello":    {want: `^hello from (amd64|arm)\r\n$`},
	"twolevel": {flags: []string{"-qemu", "-icount shift=0"}, want: `^((99|100|101) beats\r\n){5}$`},
	"command":  {typed: "greet you\rcount\rhalt\r", want: `(?s)hello, you\r\n.*1\r\n2\r\n3\r\ncount: there is no four\r\n.*halting`},
	"driver":   {arch: "amd64", flags: []string{"-qemu", "-device edu"}, want: `(?s)device:  edu0, pci 00:.*0! = 1\r\n1! = 1\r\n2! = 2\r\n3! = 6\r\n4! = 24\r\n5! = 120\r\n$`},
	"monitor":  {typed: "fault\rtasks\rhalt\r", want: `(?s)task \d+ fault panicked: .*halting`},
}

// Each example is a program of its own: it is built and booted from a module that only requires
// this one.
func TestExamples(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("../examples")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		x, ok := examples[e.Name()]
		if !ok {
			t.Errorf("no test boots examples/%s", e.Name())
			continue
		}
		text, err := os.ReadFile(filepath.Join("../examples", e.Name(), "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, arch := range targets {
			if x.arch != "" && x.arch != arch {
				continue
			}
			t.Run(e.Name()+" "+arch, func(t *testing.T) {
				t.Parallel()
				build, err := Build()
				if err != nil {
					t.Fatal(err)
				}
				cmd := exec.Command(filepath.Join(build, "tamagotake"), append(append([]string{"run", "-arch", arch}, x.flags...), ".")...)
				cmd.Dir = outside(t, map[string]string{"main.go": string(text)})
				cmd.Stdin = strings.NewReader(x.typed)
				out, err := cmd.CombinedOutput()
				if err != nil || !regexp.MustCompile(x.want).Match(out) {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	}
}

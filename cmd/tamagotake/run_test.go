package main

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/qemu/machine"
)

func TestSplitQuoted(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"  ", nil},
		{"-m 32M", []string{"-m", "32M"}},
		{"\t-drive  'file=a b,if=none'\n", []string{"-drive", "file=a b,if=none"}},
		{`-append "it's" ''`, []string{"-append", "it's", ""}},
		{`a'b c'"d e"f`, []string{"ab cd ef"}},
	} {
		if got, err := splitQuoted(c.text); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, %v, want %q", c.text, got, err, c.want)
		}
	}
	if _, err := splitQuoted("a 'b"); err == nil {
		t.Error("an open quote is no error")
	}
}

// The program's exit status comes from QEMU's, and QEMU's own failures stay what they are.
func TestProgramStatus(t *testing.T) {
	for qemu, want := range map[string]int{"exit 0": 0, "exit 1": 1, "exit 3": 1, "exit 5": 2, "exit 255": 127, "exit 2": 2} {
		err := programStatus(exec.Command("sh", "-c", qemu).Run())
		var s status
		if want == 0 && err != nil || want != 0 && (!errors.As(err, &s) || int(s) != want) {
			t.Errorf("%s: %v, want %d", qemu, err, want)
		}
	}
}

func TestDisk(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		on         machine.Machine
		name, want string
	}{
		{machine.EVK, "x", "-disk is for amd64, mcimx6ul-evk has none"},
		{machine.Q35, "none", `there is no disk "none": qemu-img create`},
		{machine.Q35, ".", "neither a file nor a device"},
	} {
		if _, err := diskArgs(c.on, c.name); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// The default machine of each architecture, and what a name decides.
func TestMachine(t *testing.T) {
	for args, want := range map[string]string{
		"":                       "q35 amd64 mine",
		"-arch arm":              "mcimx6ul-evk arm mine",
		"-machine microvm":       "microvm amd64 mine",
		"-machine mcimx6ul-evk":  "mcimx6ul-evk arm mine",
		"-machine usbarmory-1g ": "usbarmory-1g arm mine,usbarmory,ram1g",
	} {
		k := &call{command: &runCommand, args: append([]string{"-tags", "mine"}, strings.Fields(args)...)}
		k.setFlags()
		b := k.compileFlags()
		m := k.machineFlags(b)
		if err := k.parse(); err != nil {
			t.Fatal(err)
		}
		on, err := m.choose()
		if got := on.Name + " " + b.arch + " " + b.tags; err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", args, got, err, want)
		}
	}
}

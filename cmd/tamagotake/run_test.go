package main

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/qemu/machine"
)

// The program's exit status comes from QEMU's, and QEMU's own failures stay what they are.
func TestProgramStatus(t *testing.T) {
	for _, c := range []struct {
		on   machine.Machine
		qemu string
		want int
	}{
		{machine.Q35, "exit 0", 0}, {machine.Q35, "exit 1", 1}, {machine.Q35, "exit 2", 2},
		{machine.Q35, "exit 3", 1}, {machine.MicroVM, "exit 5", 2}, {machine.Q35, "exit 255", 127},
		{machine.EVK, "exit 0", 0}, {machine.EVK, "exit 1", 1}, {machine.EVK, "exit 3", 3},
	} {
		err := programStatus(c.on, exec.Command("sh", "-c", c.qemu).Run())
		var s status
		if c.want == 0 && err != nil || c.want != 0 && (!errors.As(err, &s) || int(s) != c.want) {
			t.Errorf("%s, %s: %v, want %d", c.on.Name, c.qemu, err, c.want)
		}
	}
	if err := programStatus(machine.Q35, exec.Command("sh", "-c", "kill $$").Run()); errors.As(err, new(status)) {
		t.Errorf("a QEMU that was killed: %v", err)
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
		b := k.buildFlags()
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

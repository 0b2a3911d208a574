package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/tamagotake/tamagotake/qemu"
)

// straightFigures are what a straight-line task costs on one machine, in instructions: each
// with the wake before it.
type straightFigures struct {
	Poll   int     `json:"poll_instructions"`
	Resume int     `json:"resume_instructions"`
	Ratio  float64 `json:"ratio"`
}

// measureStraight boots the image of package coro, which measures them, and writes them
// to their part of build/drvbench.json.
func measureStraight(build string) error {
	results := map[string]straightFigures{}
	for _, m := range []struct {
		machine qemu.Machine
		image   string
	}{{qemu.Q35.With("-device", "edu"), "coro-amd64.elf"}, {qemu.EVK, "coro-arm.elf"}} {
		machine := m.machine.With("-icount", "shift=0")
		machine.Image = m.image
		f, err := straightCost(machine)
		if err != nil {
			return fmt.Errorf("%s: %w", machine.Name, err)
		}
		fmt.Printf("%s\n  wake and poll           %8d instructions, wake and resume %d: %.2f times\n", machine.Name, f.Poll, f.Resume, f.Ratio)
		results[machine.Name] = f
	}
	return writePart(filepath.Join(build, "drvbench.json"), "straight_line", results)
}

func straightCost(m qemu.Machine) (f straightFigures, err error) {
	const timeout = 20 * time.Minute
	vm, err := qemu.Run(m)
	if err != nil {
		return f, err
	}
	defer vm.Stop()
	got, err := vm.Wait(`cost: poll (\d+), resume (\d+) instructions`, timeout)
	if err != nil {
		return f, err
	}
	f.Poll, _ = strconv.Atoi(got[1])
	f.Resume, _ = strconv.Atoi(got[2])
	if f.Poll == 0 {
		return f, fmt.Errorf("a poll cannot take %s instructions", got[1])
	}
	f.Ratio = float64(f.Resume) / float64(f.Poll)
	return f, nil
}

// Command measure says what an image costs, and what its start does.
//
//	go run ./qemu/measure boottime     instructions, memory, build times   build/boottime.json
//	go run ./qemu/measure drvbench     what drivers cost                   build/drvbench.json
//	go run ./qemu/measure latency T    interrupt to task, on target T      build/latency-T.json, .svg
//	go run ./qemu/measure sleep T      how late a wait of 1 ms ends, on target T
//	go run ./qemu/measure tamago GO    that and interrupt to code on TamaGo, whose go command is GO
//	go run ./qemu/measure linux FILE   that in a Linux guest, whose kernel is FILE; options for the
//	                                   kernel may follow
//
// Instructions are counted by QEMU (-icount shift=0: one instruction is one nanosecond
// of the guest's clock), so they are the same on every host and at every load. Seconds
// are this host's.
//
// Each file holds an object with a field per target, for those who compare runs; what is
// printed is the same for people. docs/comparison.md has what the last three print.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tamagotake/tamagotake/internal/output"
	"github.com/tamagotake/tamagotake/qemu"
)

var targets = []string{"amd64", "arm"}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "latency":
		return measureLatency(args[1])
	case len(args) == 2 && args[0] == "sleep":
		return measureSleep(args[1])
	case len(args) == 2 && args[0] == "tamago":
		return measureTamaGo(args[1])
	case len(args) >= 2 && args[0] == "linux":
		return measureLinux(args[1], strings.Join(args[2:], " "))
	}
	if len(args) != 1 {
		return fmt.Errorf("usage: measure boottime|drvbench, measure latency|sleep amd64|arm, measure linux VMLINUZ, or measure tamago GO")
	}
	switch args[0] {
	case "boottime":
		return each("boottime", boottime)
	case "drvbench":
		return errors.Join(uartBench(), drvbench())
	}
	return fmt.Errorf("%q cannot be measured: boottime or drvbench", args[0])
}

// each measures every target, prints the figures, and writes them down.
func each[T fmt.Stringer](name string, measure func(build, target string) (T, error)) error {
	build, err := qemu.Build()
	if err != nil {
		return err
	}
	results := map[string]T{}
	for _, target := range targets {
		r, err := measure(build, target)
		if err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
		fmt.Printf("%s\n%s", target, r)
		results[target] = r
	}
	text, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return output.WriteFile(filepath.Join(build, name+".json"), append(text, '\n'), 0o644)
}

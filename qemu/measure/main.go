// Command measure says what an image costs, and what its start does.
//
//	go run ./qemu/measure boottime   instructions, memory, build times   build/boottime.json
//	go run ./qemu/measure drvbench   what drivers cost                   build/drvbench.json
//	go run ./qemu/measure latency T  interrupt to task, on target T      build/latency-T.json, .svg
//
// Instructions are counted by QEMU (-icount shift=0: one instruction is one nanosecond
// of the guest's clock), so they are the same on every host and at every load. Seconds
// are this host's.
//
// Each file holds an object with a field per target, for those who compare runs; what is
// printed is the same for people.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tamagotake/tamagotake/boot/output"
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
	if len(args) == 2 && args[0] == "latency" {
		return measureLatency(args[1])
	}
	if len(args) != 1 {
		return fmt.Errorf("usage: measure boottime|drvbench, or measure latency amd64|arm")
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

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"tamagotake/qemu"
)

// driverBenches are the parts of drvbench, each in a file of its own.
var driverBenches = []struct {
	name    string
	measure func(target string) (fmt.Stringer, error)
}{
	{"uart", func(target string) (fmt.Stringer, error) { return uart(target) }},
}

// drvbench measures the drivers on every target: build/drvbench.json has an object for each
// target, with a field for each driver.
func drvbench() error {
	build, err := qemu.Build()
	if err != nil {
		return err
	}
	results := map[string]map[string]any{}
	for _, target := range targets {
		results[target] = map[string]any{}
		for _, b := range driverBenches {
			r, err := b.measure(target)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", b.name, target, err)
			}
			fmt.Printf("%s on %s\n%v", b.name, target, r)
			results[target][b.name] = r
		}
	}
	text, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(build, "drvbench.json"), append(text, '\n'), 0o644)
}

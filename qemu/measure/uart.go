package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/qemu"
)

// uartFigures is what the console's driver costs.
type uartFigures struct {
	// Instructions, from the device's interrupt and from the call of Write.
	InterruptToRing   latency `json:"interrupt_to_ring"`
	InterruptToReader latency `json:"interrupt_to_reader"`
	WriteToDevice     latency `json:"write_to_device"`

	InterruptsPerMiBReceived int     `json:"interrupts_per_mib_received"`
	InterruptsPerMiBSent     int     `json:"interrupts_per_mib_sent"`
	AllocationsPerByte       float64 `json:"allocations_per_byte"`
}

func (f uartFigures) String() string {
	var b strings.Builder
	for _, l := range []struct {
		name string
		latency
	}{
		{"instructions from the interrupt to the ring", f.InterruptToRing},
		{"instructions from the interrupt to the reader", f.InterruptToReader},
		{"instructions from Write to the device", f.WriteToDevice},
	} {
		fmt.Fprintf(&b, "  %-46s %6d min %6d median %6d max of %d\n", l.name, l.Min, l.Median, l.Max, l.Samples)
	}
	fmt.Fprintf(&b, "  %-46s %6d\n", "interrupts for a MiB received", f.InterruptsPerMiBReceived)
	fmt.Fprintf(&b, "  %-46s %6d\n", "interrupts for a MiB sent", f.InterruptsPerMiBSent)
	fmt.Fprintf(&b, "  %-46s %6.2f\n", "allocations for a byte", f.AllocationsPerByte)
	return b.String()
}

const uartTimeout = 20 * time.Minute

// counting returns a target's machine with a clock that counts instructions.
func counting(target string) qemu.Machine {
	m := qemu.Q35
	if target == "arm" {
		m = qemu.EVK.With("-cpu", "cortex-a7,cntfrq=1000000000")
	}
	return m.With("-icount", "shift=0,sleep=off")
}

// uartBench measures the driver on every target, and writes the figures to their part of
// build/drvbench.json.
func uartBench() error {
	build, err := qemu.Build()
	if err != nil {
		return err
	}
	results := map[string]uartFigures{}
	for _, target := range targets {
		f, err := uart(target)
		if err != nil {
			return fmt.Errorf("uart on %s: %w", target, err)
		}
		fmt.Printf("uart on %s\n%s", target, f)
		results[target] = f
	}
	return writePart(filepath.Join(build, "drvbench.json"), "uart", results)
}

func uart(target string) (f uartFigures, err error) {
	if err := f.instructions(target); err != nil {
		return f, err
	}
	return f, f.interrupts(target)
}

// instructions runs the image of package uart, and types a byte for each dot.
func (f *uartFigures) instructions(target string) error {
	m := counting(target)
	m.Image = "uart-" + target + ".elf"
	vm, err := qemu.Run(m)
	if err != nil {
		return err
	}
	defer vm.Stop()
	if _, err := vm.Wait(`ready\r\n`, uartTimeout); err != nil {
		return err
	}
	for {
		g, err := vm.Wait(`\.|allocations (\d+)\r\nend\r\n`, uartTimeout)
		if err != nil {
			return err
		}
		if g[0] != "." {
			n, _ := strconv.Atoi(g[1])
			return f.parse(vm.Output(), n)
		}
		if err := vm.Type("x"); err != nil {
			return err
		}
	}
}

func (f *uartFigures) parse(out string, allocations int) error {
	results, _, err := parseLatency(out)
	if err != nil {
		return err
	}
	f.InterruptToRing, f.InterruptToReader = results["receive"]["driver"], results["receive"]["reader"]
	f.WriteToDevice = results["send"]["fifo"]
	if f.InterruptToRing.Samples == 0 || f.InterruptToReader.Samples == 0 || f.WriteToDevice.Samples == 0 {
		return fmt.Errorf("the image printed no figures")
	}
	f.AllocationsPerByte = float64(allocations) / float64(f.InterruptToRing.Samples+f.WriteToDevice.Samples)
	return nil
}

// interrupts sends the kernel a part of a MiB, and has it print one.
func (f *uartFigures) interrupts(target string) error {
	vm, err := qemu.Run(counting(target))
	if err != nil {
		return err
	}
	defer vm.Stop()
	if _, err := vm.Wait(prompt, bootTimeout); err != nil {
		return err
	}
	const parts = 8
	const size = 1 << 20 / parts
	before, err := uartInterrupts(vm)
	if err != nil {
		return err
	}
	if err := vm.Type(fmt.Sprintf("recv %d\r", size)); err != nil {
		return err
	}
	if _, err := vm.Wait(`ready for \d+ bytes\r\n`, uartTimeout); err != nil {
		return err
	}
	if err := vm.Type(strings.Repeat("x", size)); err != nil {
		return err
	}
	if _, err := vm.Wait(`received \d+ bytes.*\r\n`+prompt, uartTimeout); err != nil {
		return err
	}
	after, err := uartInterrupts(vm)
	if err != nil {
		return err
	}
	f.InterruptsPerMiBReceived = (after - before) * parts
	if err := vm.Type(fmt.Sprintf("print %d\r", size)); err != nil {
		return err
	}
	for { // line by line, since Wait looks at all that it has not passed
		g, err := vm.Wait(`[^\n]*\n`, uartTimeout)
		if err != nil {
			return err
		}
		if strings.HasPrefix(g[0], "printed ") {
			break
		}
	}
	last, err := uartInterrupts(vm)
	f.InterruptsPerMiBSent = (last - after) * parts
	return err
}

var uartLine = regexp.MustCompile(`\d+ +uart +(\d+) +\d+\r\n`)

// uartInterrupts asks the kernel how often the port has interrupted.
func uartInterrupts(vm *qemu.VM) (int, error) {
	if err := vm.Type("irqs\r"); err != nil {
		return 0, err
	}
	g, err := vm.Wait(uartLine.String()+`(?s:.*?)`+prompt, uartTimeout)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(g[1])
}

package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/internal/output"
	"github.com/tamagotake/tamagotake/qemu"
	"github.com/tamagotake/tamagotake/qemu/figures"
)

// latency is what one pair of situation and path took, in instructions.
type latency struct {
	figures.Latency
	values []int // sorted
}

func latencyOf(values []int) latency {
	slices.Sort(values)
	n := len(values)
	return latency{figures.Latency{Min: values[0], Median: values[n/2], P99: values[n*99/100], Max: values[n-1], Samples: n}, values}
}

const latencyTimeout = 30 * time.Minute

// measureLatency runs the image of package latency and writes its figures and a picture, and the
// figures of docs/latency.md and the README.
//
// QEMU is told where its random numbers begin, since the runtime's hashes and the scheduler's
// choices come from them, and a date that goes with the machine's own clock: two runs of an
// image execute the same instructions. What differs still is when QEMU moves the clock on while
// the processor is halted.
func measureLatency(target string) error {
	m, ok := map[string]qemu.Machine{"amd64": qemu.Q35, "arm": qemu.EVK.With("-cpu", "cortex-a7,cntfrq=1000000000")}[target]
	if !ok {
		return fmt.Errorf("no target %q: amd64 or arm", target)
	}
	m.Image = "latency-" + target + ".elf"
	build, err := qemu.Build()
	if err != nil {
		return err
	}
	vm, err := qemu.Run(m.With("-icount", "shift=0,sleep=off", "-seed", "1", "-rtc", "base=2020-01-01,clock=vm"))
	if err != nil {
		return err
	}
	defer vm.Stop()
	if _, err := vm.Wait(`\nend\r\n`, latencyTimeout); err != nil {
		return err
	}
	results, order, err := parseLatency(vm.Output())
	if err != nil {
		return err
	}
	// The longest that interrupts were masked, whatever it was that masked them.
	var all []int
	for _, l := range results["masked"] {
		all = append(all, l.values...)
	}
	if len(all) == 0 {
		return fmt.Errorf("the image did not say how long interrupts are masked")
	}
	results["masked"]["all"] = latencyOf(all)
	order = append(order, [2]string{"masked", "all"})
	fmt.Printf("%s, instructions from due to the first of the code that is woken; masked: to that of the entry\n%-8s %-13s %8s %8s %8s %8s %8s\n",
		target, "", "", "min", "median", "p99", "max", "samples")
	for _, o := range order {
		l := results[o[0]][o[1]]
		fmt.Printf("%-8s %-13s %8d %8d %8d %8d %8d\n", o[0], o[1], l.Min, l.Median, l.P99, l.Max, l.Samples)
	}
	text, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	name := filepath.Join(build, "latency-"+target)
	if err := output.WriteFile(name+".json", append(text, '\n'), 0o644); err != nil {
		return err
	}
	if err := output.WriteFile(name+".svg", []byte(picture(target, results, order)), 0o644); err != nil {
		return err
	}
	return updatePages(filepath.Dir(build), target, results)
}

// updatePages writes the figures into the page and the README.
func updatePages(top, target string, results map[string]map[string]latency) error {
	plain := figures.Results{}
	for situation, paths := range results {
		plain[situation] = map[string]figures.Latency{}
		for path, l := range paths {
			plain[situation][path] = l.Latency
		}
	}
	for name, update := range map[string]func(text, target string, r figures.Results) (string, error){
		filepath.Join("docs", "latency.md"): figures.Update,
		"README.md":                         figures.UpdateReadme,
	} {
		name = filepath.Join(top, name)
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		now, err := update(string(text), target, plain)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if now == string(text) {
			continue
		}
		if err := output.WriteFile(name, []byte(now), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// parseLatency reads lines of a situation, a path, and value*count.
func parseLatency(out string) (results map[string]map[string]latency, order [][2]string, err error) {
	results = map[string]map[string]latency{}
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		if len(words) < 3 || !strings.Contains(words[2], "*") {
			continue
		}
		var values []int
		for _, w := range words[2:] {
			v, n, _ := strings.Cut(w, "*")
			value, err1 := strconv.Atoi(v)
			count, err2 := strconv.Atoi(n)
			if err1 != nil || err2 != nil || count < 1 {
				return nil, nil, fmt.Errorf("the image said %q", line)
			}
			values = append(values, slices.Repeat([]int{value}, count)...)
		}
		if results[words[0]] == nil {
			results[words[0]] = map[string]latency{}
		}
		results[words[0]][words[1]] = latencyOf(values)
		order = append(order, [2]string{words[0], words[1]})
	}
	if len(order) == 0 {
		return nil, nil, fmt.Errorf("the image printed no figures")
	}
	return results, order, nil
}

// picture is a histogram of each pair, one below the other, over a logarithmic axis.
func picture(target string, results map[string]map[string]latency, order [][2]string) string {
	const (
		left, width, height, gap = 150, 700, 40, 14
		decades                  = 7 // 1 to 10,000,000
		bins                     = 140
	)
	var b strings.Builder
	total := len(order)*(height+gap) + 60
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", left+width+20, total)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/><text x="8" y="18">%s: instructions from an interrupt's due time to the code that it wakes</text>`+"\n", target)
	for i, o := range order {
		l := results[o[0]][o[1]]
		y := 34 + i*(height+gap)
		var counts [bins]int
		most := 0
		for _, v := range l.values {
			k := min(bins-1, int(log10(v)*bins/decades))
			counts[k]++
			most = max(most, counts[k])
		}
		fmt.Fprintf(&b, `<text x="8" y="%d">%s, %s</text><text x="8" y="%d" fill="gray">median %d, max %d</text>`+"\n", y+16, o[0], o[1], y+32, l.Median, l.Max)
		for k, n := range counts {
			if n == 0 {
				continue
			}
			h := max(1, n*height/most)
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="steelblue"/>`+"\n", left+k*width/bins, y+height-h, width/bins, h)
		}
		fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="silver"/>`+"\n", left, y+height, left+width, y+height)
	}
	for d := 0; d <= decades; d++ {
		x := left + d*width/decades
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">10^%d</text><line x1="%d" y1="30" x2="%d" y2="%d" stroke="silver" stroke-dasharray="2"/>`+"\n", x, total-8, d, x, x, total-22)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func log10(v int) float64 { return math.Log10(float64(max(v, 1))) }

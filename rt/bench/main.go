//go:build !tamago

// Command bench measures the task system on this host and sets it beside its reference,
// the Rust library maitake.
//
//	go run ./rt/bench [-json FILE] [-markdown FILE]
//
// Times on different machines cannot be compared, so the unit is an uncontended atomic
// add, measured in the same run: each case is measured in rounds, each round measures the
// add and then the case on the same processor, and what counts is the median of the
// rounds' ratios. The reference's figures are its own times on one machine over the time
// of an add on that machine, 5.7 ns.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tamagotake/tamagotake/internal/output"

	"golang.org/x/sys/unix"
)

// result is one line of the table; times are of one operation.
type result struct {
	Name          string  `json:"name"`
	NS            float64 `json:"ns"`
	Adds          float64 `json:"adds"`
	TargetAdds    float64 `json:"target_adds"`
	ReferenceAdds float64 `json:"reference_adds,omitempty"` // none if the reference has no such thing
	PollRatio     float64 `json:"poll_ratio,omitempty"`     // of a resumption: to wake_poll_1
}

func main() {
	jsonName := flag.String("json", "", "file for the results as JSON")
	pageName := flag.String("markdown", "", "file for the table as a page")
	flag.Parse()
	if flag.NArg() != 0 {
		fmt.Fprintln(os.Stderr, "usage: bench [-json FILE] [-markdown FILE]")
		os.Exit(2)
	}
	if err := run(*jsonName, *pageName); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// all are the cases, in the order of the table.
func all() []benchmark { return slices.Concat(cases, syncCases, timerCases) }

func run(jsonName, pageName string) error {
	if err := output.CheckAll(jsonName, pageName); err != nil {
		return err
	}
	runtime.LockOSThread()
	pin(0)
	var results []result
	for _, c := range all() {
		r := measure(c)
		if r.Name == "wake_resume_1" {
			r.PollRatio = ratio(wakeResume(), wakePoll(1))
		}
		fmt.Printf("%-20s %8.1f ns  %6.2f adds   target %5.1f   reference %5.1f\n", r.Name, r.NS, r.Adds, r.TargetAdds, r.ReferenceAdds)
		results = append(results, r)
	}
	if jsonName != "" {
		text, err := json.MarshalIndent(results, "", "  ")
		if err != nil {
			return err
		}
		if err := output.WriteFile(jsonName, append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	if pageName != "" {
		return output.WriteFile(pageName, []byte(page(results)), 0o644)
	}
	return nil
}

// processors are those that this program may use, before it was pinned.
var processors = func() (list []int) {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return nil
	}
	for cpu := range len(set) * 64 {
		if set.IsSet(cpu) {
			list = append(list, cpu)
		}
	}
	return list
}()

// pin keeps this thread on the first or the second processor, where the system lets it.
func pin(n int) {
	if len(processors) <= n {
		return
	}
	var set unix.CPUSet
	set.Set(processors[n])
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		fmt.Fprintln(os.Stderr, "bench: not pinned to a processor:", err)
	}
}

const (
	rounds     = 31
	roundNS    = 4e6
	referenceS = 5.7e-9 // one add on the machine of the reference's figures
)

var word atomic.Uint64

func add(n int) {
	for range n {
		word.Add(1)
	}
}

// timed returns the nanoseconds of one of n operations.
func timed(f func(n int), n int) float64 {
	began := time.Now()
	f(n)
	return float64(time.Since(began).Nanoseconds()) / float64(n)
}

func measure(c benchmark) result {
	f := c.setup()
	n := 1 << 16 // far more than a case does at a time, so that what it does beyond n is nothing
	for ; timed(f, n)*float64(n) < roundNS; n *= 2 {
	}
	var ratios, times []float64
	for range rounds {
		unit := timed(add, 1<<19)
		ns := timed(f, n)
		times = append(times, ns)
		ratios = append(ratios, ns/unit)
	}
	slices.Sort(times)
	slices.Sort(ratios)
	return result{c.name, times[rounds/2], ratios[rounds/2], c.targetAdds, c.referenceNS * 1e-9 / referenceS, 0}
}

// ratio is how many times what b takes a takes: both in each round, so that what else the
// machine does strikes both; and in short rounds, most of which nothing strikes.
func ratio(a, b func(n int)) float64 {
	const n, rounds = 1 << 9, 1001
	var ratios []float64
	for range rounds {
		ratios = append(ratios, timed(a, n)/timed(b, n))
	}
	slices.Sort(ratios)
	return ratios[rounds/2]
}

// page is the table for docs/.
func page(results []result) string {
	var b strings.Builder
	b.WriteString(`# What a wake costs

Written by ` + "`make bench`" + `. The unit is an uncontended atomic add of the same run, so that
machines can be compared; nanoseconds are of the machine that ran it last. The reference
is maitake and cordyceps (Rust), their own best times over an add on their machine.

| case | what is done once | ns | adds | at most | reference, adds |
|---|---|---|---|---|---|
`)
	resume := 0.0
	for i, r := range results {
		reference := "none"
		if r.ReferenceAdds != 0 {
			reference = fmt.Sprintf("%.1f", r.ReferenceAdds)
		}
		fmt.Fprintf(&b, "| %s | %s | %.1f | **%.1f** | %.1f | %s |\n", r.Name, all()[i].what, r.NS, r.Adds, r.TargetAdds, reference)
		if r.PollRatio != 0 {
			resume = r.PollRatio
		}
	}
	fmt.Fprintf(&b, `
To wake and resume a straight-line task takes %.1f times as long as to wake and poll a poll
function: in two switches between goroutines the runtime changes the states of both by
atomic operations. In instructions, on the machines, it is less: TestCoro in qemu/ holds
it to 3 times.
`, resume)
	b.WriteString(`
What is paid for is atomic read-modify-writes, each about an add. A wake and the poll that
it leads to have five: the state word and the head of the queue by the waker, the state
word at the beginning and at the end of the poll, and the head of the queue once more if
the task was the last on it. The reference has thirteen.
`)
	return b.String()
}

package qemu

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The image of package abort, on one machine of each architecture, where an instruction takes a
// nanosecond: real-time polls are ended at every instruction of what wakes, cancels, rings,
// gives and turns, and then at random ones. 5,000 of these, or 100,000 with SOAK or SOUND set.
// SOUND is a directory for abort.json.
func TestAbort(t *testing.T) {
	random := randomShort
	if os.Getenv("SOAK") != "" || os.Getenv("SOUND") != "" {
		random = randomLong
	}
	machines := []struct {
		machine Machine
		image   string
	}{
		{Q35, "abort-amd64.elf"},
		{instructions, "abort-arm.elf"},
	}
	counts := make([]abortCounts, len(machines))
	t.Run("machines", func(t *testing.T) {
		for i, c := range machines {
			t.Run(c.machine.Name, func(t *testing.T) {
				t.Parallel()
				m := c.machine.With("-icount", "shift=0,sleep=off")
				m.Image = c.image
				counts[i] = runAbort(t, m, random)
			})
		}
	})
	if !t.Failed() {
		compareSections(t, counts[0].sections, counts[1].sections)
	}
	sum := abortCounts{}
	for _, c := range counts {
		sum.Aborts += c.Aborts
		sum.Lost += c.Lost
		sum.Swept += c.Swept
	}
	if dir := os.Getenv("SOUND"); dir != "" {
		text, err := json.Marshal(sum)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "abort.json"), append(text, '\n'), 0o644)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// abortCounts is what an image has counted.
type abortCounts struct {
	Aborts int `json:"aborts"` // polls that were ended
	Lost   int `json:"lost"`   // wakes, waits, permits, executors that were lost by that
	Swept  int `json:"swept"`  // instructions at which one was ended

	sections map[string]int // by trial, the longest for which interrupts were masked
}

// The trials of the image, all of which are swept, and those of what wakes.
const (
	abortTrials = 60
	abortWakes  = 14

	randomShort = 5_000
	randomLong  = 100_000
)

func runAbort(t *testing.T, m Machine, random int) (c abortCounts) {
	vm := Start(t, m)
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	wait := func(expr string) []string {
		t.Helper()
		at, err := vm.Wait(`(?:^|\n)(?:(FAILED[^\r]*)|`+expr+`)\r\n`, 15*time.Minute)
		if err != nil || at[1] != "" {
			c.Lost++
			t.Fatal(at, err)
		}
		return at[2:]
	}
	// The short form: all sweeps, and those with interrupts of what wakes.
	const counts = ` (\d+) instructions, (\d+) aborts, (\d+) interrupts, (\d+) lost`
	note := func(at []string) {
		c.Swept, c.Aborts, c.Lost = number(at[0]), number(at[1]), number(at[3])
		t.Logf("%s instructions swept, %s aborts, %s interrupts", at[0], at[1], at[2])
	}
	note(wait("short:" + counts))
	sweeps := abortTrials + abortWakes
	if random > randomShort {
		note(wait("sweep:" + counts))
		sweeps = 2 * abortTrials
	}
	if n := strings.Count(vm.Output(), "\nok "); n != sweeps {
		t.Errorf("%d sweeps, not %d", n, sweeps)
	}
	c.sections = map[string]int{}
	for _, m := range regexp.MustCompile(`\nok ([^\r]*): \d+ instructions, \d+ aborts, masked for (\d+) at most`).FindAllStringSubmatch(vm.Output(), -1) {
		c.sections[m[1]] = number(m[2])
	}
	at := wait(fmt.Sprintf(`random: (%d) aborts, (\d+) lost`, random))
	c.Aborts += number(at[0])
	c.Lost += number(at[1])
	t.Logf("%s random aborts", at[0])
	if c.Lost != 0 {
		t.Errorf("%d lost", c.Lost)
	}
	return c
}

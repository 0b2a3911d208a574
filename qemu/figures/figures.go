// Package figures keeps the figures of docs/latency.md and those of a run together. The tables
// of the page are the one place in which the figures are: make latency rewrites their cells,
// and a test compares what they state with a run of its own.
//
//	| median / max on amd64 | realtime | ...       | longest, instructions | amd64 | ARM | ...
//	| idle                  | 82 / 82  |           | `interrupt`           | 121   | 107 |
package figures

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Latency is what one pair of situation and path took, in instructions.
type Latency struct {
	Min     int `json:"min"`
	Median  int `json:"median"`
	P99     int `json:"p99"`
	Max     int `json:"max"`
	Samples int `json:"samples"`
}

// Results are those of a run: by situation and path, as build/latency-TARGET.json has them. The
// situation "masked" is how long interrupts are masked, by what masks them.
type Results map[string]map[string]Latency

// names of the targets in the page.
var names = map[string]string{"amd64": "amd64", "arm": "ARM"}

// cell is one of the page's that has figures of a target.
type cell struct {
	situation string
	paths     []string
	text      string
}

// walk calls f for each cell of the target, and returns the page with what f returns in their
// places.
func walk(page, target string, f func(cell) (string, error)) (string, error) {
	name, ok := names[target]
	if !ok {
		return "", fmt.Errorf("no target %q", target)
	}
	var header []string
	var b strings.Builder
	found := 0
	for line := range strings.Lines(page) {
		text := strings.TrimSpace(line)
		if !strings.HasPrefix(text, "|") {
			header = nil
			b.WriteString(line)
			continue
		}
		row := strings.Split(strings.Trim(text, "|"), "|")
		if header == nil {
			header = row
			b.WriteString(line)
			continue
		}
		paths := strings.TrimSpace(header[0]) == "median / max on "+name
		masked := strings.TrimSpace(header[0]) == "longest, instructions"
		first := strings.TrimSpace(row[0])
		if !paths && !masked || strings.HasPrefix(first, "-") {
			b.WriteString(line)
			continue
		}
		for i := 1; i < min(len(row), len(header)); i++ {
			c := cell{first, []string{strings.TrimSpace(header[i])}, strings.TrimSpace(row[i])}
			if masked {
				if c.paths[0] != name {
					continue
				}
				c.situation, c.paths = "masked", nil
				for p := range strings.SplitSeq(first, ",") {
					c.paths = append(c.paths, strings.Trim(strings.TrimSpace(p), "`"))
				}
			}
			if c.text == "" {
				continue
			}
			with, err := f(c)
			if err != nil {
				return "", fmt.Errorf("%s, %s %s: %w", name, c.situation, strings.Join(c.paths, ", "), err)
			}
			found++
			row[i] = " " + with + " "
		}
		b.WriteString("|" + strings.Join(row, "|") + "|\n")
	}
	if found == 0 {
		return "", fmt.Errorf("the page has no figures of %s", name)
	}
	return b.String(), nil
}

// of returns the figures of a run that belong into the cell.
func (r Results) of(c cell) (l Latency, err error) {
	for i, p := range c.paths {
		next, ok := r[c.situation][p]
		if !ok {
			return l, fmt.Errorf("the run has no such figure")
		}
		if i == 0 {
			l = next
		}
		l.Max = max(l.Max, next.Max)
	}
	return l, nil
}

// Update returns the page with the figures of the run.
func Update(page, target string, r Results) (string, error) {
	return walk(page, target, func(c cell) (string, error) {
		l, err := r.of(c)
		switch {
		case err != nil:
			return "", err
		case c.situation == "masked":
			return grouped(l.Max), nil
		}
		if c.situation == "idle" && slices.Contains(realtime, c.paths[0]) {
			l.Max = l.P99 // the rest is QEMU's, see idleOff
		}
		if c.paths[0] == "realtime" {
			return fmt.Sprintf("**%s** / %s", grouped(l.Median), grouped(l.Max)), nil
		}
		return fmt.Sprintf("%s / %s", grouped(l.Median), grouped(l.Max)), nil
	})
}

// readme is where the README states the way to a real-time task.
var readme = regexp.MustCompile(`it is (\d+) instructions on amd64 and (\d+) on ARM`)

// place returns where the README has the figure of the target.
func place(text, target string) (from, to int, err error) {
	group, ok := map[string]int{"amd64": 1, "arm": 2}[target]
	at := readme.FindStringSubmatchIndex(text)
	if !ok || at == nil {
		return 0, 0, fmt.Errorf("the README does not state the way to a task on %s", target)
	}
	return at[2*group], at[2*group+1], nil
}

// UpdateReadme returns the README with the figure of the run.
func UpdateReadme(text, target string, r Results) (string, error) {
	from, to, err := place(text, target)
	if err != nil {
		return "", err
	}
	return text[:from] + strconv.Itoa(r["gc"]["realtime"].Median) + text[to:], nil
}

// CompareReadme returns a line if the run contradicts the README.
func CompareReadme(text, target string, r Results) (wrong []string, err error) {
	from, to, err := place(text, target)
	if err != nil {
		return nil, err
	}
	stated, err := strconv.Atoi(text[from:to])
	if err != nil {
		return nil, err
	}
	if is := r["gc"]["realtime"].Median; is > stated+realtimeOff || is < stated-realtimeOff {
		wrong = append(wrong, fmt.Sprintf("%s: the README states %d instructions to a real-time task, a run gives %d", names[target], stated, is))
	}
	return wrong, nil
}

// How far a run may be from the page. Instructions are counted, so that no host changes them;
// but what is in the image does, and the page is written anew only by make latency.
const (
	realtimeOff = 2  // instructions, the most that the way to a real-time task may get longer
	idleOff     = 60 // more for the longest of idle: QEMU moves its clock when it likes there
	percentOver = 5  // by which the page's longest may be exceeded, and
	percentLess = 30 // by which it may be out of reach before it is stale
	threadOff   = 30 // percent, of paths through the Go scheduler
)

// realtime are the paths that do not lead through the Go scheduler.
var realtime = []string{"realtime", "device", "bounded", "to_poll", "and_back"}

// Compare returns a line for each figure of the page that the run contradicts.
func Compare(page, target string, r Results) (wrong []string, err error) {
	_, err = walk(page, target, func(c cell) (string, error) {
		l, err := r.of(c)
		if err != nil {
			return "", err
		}
		report := func(what string, stated, is int) {
			wrong = append(wrong, fmt.Sprintf("%s: %s of %s, %s: the page states %s, a run gives %s: make latency TARGET=%s rewrites it",
				names[target], what, c.situation, strings.Join(c.paths, ", "), grouped(stated), grouped(is), target))
		}
		if l.Min < 0 {
			report("least", 0, l.Min)
		}
		numbers, err := parse(c.text)
		if err != nil {
			return "", err
		}
		if c.situation == "masked" {
			if len(numbers) != 1 {
				return "", fmt.Errorf("%q is not one figure", c.text)
			}
			if n := numbers[0]; l.Max > n+max(2*realtimeOff, n*percentOver/100) || l.Max < n*(100-percentLess)/100 {
				report("longest", n, l.Max)
			}
			return c.text, nil
		}
		if len(numbers) != 2 {
			return "", fmt.Errorf("%q is not a median and a maximum", c.text)
		}
		median, longest := numbers[0], numbers[1]
		if !slices.Contains(realtime, c.paths[0]) {
			// The longest is the collector's, which is what it is.
			if off := median * threadOff / 100; l.Median > median+off || l.Median < median-off {
				report("median", median, l.Median)
			}
			return c.text, nil
		}
		if l.Median > median+realtimeOff || l.Median < median-realtimeOff {
			report("median", median, l.Median)
		}
		over := realtimeOff
		switch c.situation {
		case "idle":
			over = idleOff
		case "nested":
			over = max(over, longest*percentOver/100)
		}
		if l.Max > longest+over || l.Max < longest*(100-percentLess)/100 {
			report("longest", longest, l.Max)
		}
		return c.text, nil
	})
	return wrong, err
}

// parse reads the numbers of a cell.
func parse(text string) (numbers []int, err error) {
	for part := range strings.SplitSeq(text, "/") {
		n, err := strconv.Atoi(strings.ReplaceAll(strings.Trim(strings.TrimSpace(part), "*"), ",", ""))
		if err != nil {
			return nil, fmt.Errorf("%q is no figure", text)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

// grouped is a number with a comma between thousands.
func grouped(n int) string {
	if n < 0 {
		return "-" + grouped(-n)
	}
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

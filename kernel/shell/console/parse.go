package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What the commands make of what was typed. All of it is bounded, says what is wrong in one
// line, and never panics (it is fuzzed).

// Split takes a line apart into the command and the rest, without the spaces around either.
func Split(line string) (name, args string) {
	name, args, _ = strings.Cut(strings.TrimSpace(line), " ")
	return name, strings.TrimSpace(args)
}

// Number reads a number from least to most; in any base that Go writes.
func Number(what, text string, least, most uint64) (uint64, error) {
	n, err := strconv.ParseUint(text, 0, 64)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%s is a number from %d to %d, not %q", what, least, most, text)
	}
	return n, nil
}

// Times reads one or more times, such as 1.5s, 10ms or 700, which is nanoseconds.
func Times(args string) (times []time.Duration, err error) {
	words := strings.Fields(args)
	if len(words) == 0 {
		words = []string{""}
	}
	for _, word := range words {
		ns, err := strconv.ParseInt(word, 10, 64)
		d := time.Duration(ns)
		if err != nil {
			d, err = time.ParseDuration(word)
		}
		if err != nil || d < 0 {
			return nil, fmt.Errorf("sleep wants times such as 1.5s, 10ms or 700 (ns), not %q", word)
		}
		times = append(times, d)
	}
	return times, nil
}

// Seconds reads a time in seconds, more than none and at most so many.
func Seconds(text string, most float64) (ns int64, err error) {
	s, err := strconv.ParseFloat(text, 32)
	if err != nil || !(s > 0 && s <= most) { // and not NaN
		return 0, fmt.Errorf("wants a number of seconds, not %q", text)
	}
	return int64(s * 1e9), nil
}

// The dates that can be set: those that the runtime's clock can hold, nanoseconds since 1970
// in 63 bits, with some months for the machine to run in.
var (
	dateLeast = time.Unix(0, 0).UTC()
	dateMost  = time.Date(2261, 12, 31, 23, 59, 59, 0, time.UTC)
)

// Date reads a date and time in UTC.
func Date(text string) (time.Time, error) {
	t, err := time.Parse(time.DateTime, text)
	if err != nil {
		return t, fmt.Errorf("date wants a date in UTC as in 2026-01-31 23:59:00, sync, or nothing, not %q", text)
	}
	if t.Before(dateLeast) || t.After(dateMost) {
		return t, fmt.Errorf("date: %s is not from %s to %s", t.Format(time.DateOnly), dateLeast.Format(time.DateOnly), dateMost.Format(time.DateOnly))
	}
	return t, nil
}

// Events is what the timer command is asked for.
type Events struct {
	Timer          string
	PeriodNS, Busy int64
	Count          uint64
}

const timerUsage = "timer wants the name of a timer, a time in ms from 1 to 60000, and a number of events from 1 to 1000000"

// ParseEvents reads NAME MS COUNT [BUSY].
func ParseEvents(args string) (e Events, err error) {
	words := strings.Fields(args)
	bad := len(words) < 3 || len(words) > 4
	var n [3]uint64
	for i := range n {
		if !bad && i+1 < len(words) {
			n[i], err = strconv.ParseUint(words[i+1], 10, 32)
			bad = err != nil
		}
	}
	ms, count, busy := n[0], n[1], n[2]
	if bad || ms < 1 || ms > 60000 || count < 1 || count > 1e6 || busy > 60000 {
		return e, fmt.Errorf("%s, not %q", timerUsage, args)
	}
	return Events{words[0], int64(ms) * 1e6, int64(busy) * 1e6, count}, nil
}

// Disk is a disk command: the disk, what to do, and with what.
type Disk struct {
	Name, Verb string
	Words      []string
	Text       string // of write, with its spaces
}

// diskWords says how many words each wants behind it.
var diskWords = map[string]int{"read": 1, "write": 2, "sum": 2, "flush": 0, "exercise": 3, "bench": 3, "latency": 1}

// ParseDisk reads NAME VERB WORDS. There must be a name.
func ParseDisk(args string) (d Disk, err error) {
	words := strings.Fields(args)
	d.Name = words[0]
	if len(words) == 1 {
		return d, fmt.Errorf("disk %s what? disk help says what there is", d.Name)
	}
	d.Verb, d.Words = words[1], words[2:]
	n, ok := diskWords[d.Verb]
	if !ok {
		return d, fmt.Errorf("a disk does not know %q: disk help says what there is", d.Verb)
	}
	if len(d.Words) != n && (d.Verb != "write" || len(d.Words) < n) {
		return d, fmt.Errorf("disk %s wants %d more words, not %d: disk help", d.Verb, n, len(d.Words))
	}
	if d.Verb == "write" {
		d.Text = after(args, 3)
	}
	return d, nil
}

// after returns what stands behind the first n words, without the spaces around.
func after(text string, n int) string {
	for ; n > 0; n-- {
		_, text, _ = strings.Cut(strings.TrimSpace(text), " ")
	}
	return strings.TrimSpace(text)
}

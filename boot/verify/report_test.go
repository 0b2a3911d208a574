package verify

import (
	"regexp"
	"strings"
	"testing"
)

// A refusal says first which line of the task it is about and what that calls, even if what
// it calls is inlined there; the shortest chain; how many more there are; and what to do.
func TestReport(t *testing.T) {
	for _, arch := range []string{"amd64", "arm"} {
		t.Run(arch, func(t *testing.T) {
			v := verifyImage(t, arch, "boot/verify/images/refused")
			formats := refusalsOf(v, "main.formats")
			var short, long strings.Builder
			if lines := report(&short, formats, false); lines != 2 || len(formats) < 100 {
				t.Errorf("%d lines of %d refusals: %s", lines, len(formats), short.String())
			}
			want := regexp.MustCompile(`^refused: boot/verify/images/refused/main\.go:(\d+): main\.formats calls runtime\.convT\d+, which allocates
    instead: use a package variable, or an array and an index
refused: boot/verify/images/refused/main\.go:(\d+): main\.formats calls fmt\.Println, which leads to fmt\.\w+, which [^\n]+
    fmt\.Println at fmt/print\.go:\d+
(    fmt[^\n]+\n)*    instead: do that at thread level: wake a thread task
    and \d{3} more below that call: -v lists them
$`)
			if m := want.FindStringSubmatch(short.String()); m == nil || m[1] != m[2] {
				t.Errorf("%s", short.String())
			}
			report(&long, formats, true)
			if n := strings.Count(long.String(), "refused: boot/verify/images/refused/main.go:"); n != len(formats) {
				t.Errorf("all: %d of %d", n, len(formats))
			}
		})
	}
}

func refusalsOf(v *Result, root string) (list []*refusal) {
	for _, r := range v.refusals {
		if r.root.Name == root {
			list = append(list, r)
		}
	}
	return list
}

// An image with no refusals is summed up in one line.
func TestSummary(t *testing.T) {
	v := verifyImage(t, "arm", "examples/monitor")
	if s := v.Summary(); !regexp.MustCompile(`^verified: \d+ poll functions and \d+ entries reach \d{3} functions, nothing refused; the deepest stack is \d+ of \d+ bytes, in \S+$`).MatchString(s) {
		t.Error(s)
	}
}

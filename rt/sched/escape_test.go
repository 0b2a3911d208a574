//go:build !tamago

package sched

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// hot are the files of which nothing may escape, besides the text of a panic, which is in
// the image and costs nothing, and what the lines that match are excused for.
var hot = map[string]string{
	"rt/queue/queue.go":            "",
	"rt/internal/raw/state.go":     "",
	"rt/internal/raw/waker.go":     `: text escapes to heap`, // the panic itself
	"rt/internal/raw/runqueue.go":  "",
	"rt/internal/raw/task.go":      "",
	"rt/internal/raw/lifecycle.go": `&Panic\{\.\.\.\} escapes`,       // how a panicked task ends
	"rt/internal/raw/join.go":      `&FaultReport\{\.\.\.\} escapes`, // the same of a fault
	"rt/internal/raw/pool.go":      "",
	"rt/task/task.go":              "",
	"rt/task/waker.go":             "",
	"rt/task/join.go":              "",
	"rt/sched/sched.go":            "",
	"rt/sched/spawn.go":            "",
	"rt/sched/steal.go":            "",
}

// What the compiler says about what escapes from the hot files.
func TestNothingEscapes(t *testing.T) {
	cmd := exec.Command("go", "build", "-gcflags=github.com/tamagotake/tamagotake/rt/...=-m", "./rt/queue", "./rt/internal/raw", "./rt/task", "./rt/sched")
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "rt/internal/raw/waker.go") || !strings.Contains(string(out), "escapes to heap") {
		t.Fatalf("no report of the compiler:\n%s", out)
	}
	constant := regexp.MustCompile(`: "[^"]*" escapes to heap$`)
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.Contains(line, "escapes to heap") && !strings.Contains(line, "moved to heap") {
			continue
		}
		excused, isHot := hot[strings.Split(line, ":")[0]]
		if !isHot || constant.MatchString(line) || excused != "" && regexp.MustCompile(excused).MatchString(line) {
			continue
		}
		t.Errorf("%s", line)
	}
}

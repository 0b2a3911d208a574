//go:build !tasktrace && !tamago

package task_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The hooks are nothing in a build without them: no symbol of theirs, and no call.
func TestTracingIsNothing(t *testing.T) {
	for _, tags := range []string{"", "tasktrace"} {
		out := filepath.Join(t.TempDir(), "bench")
		if text, err := exec.Command("go", "build", "-tags="+tags, "-gcflags=github.com/tamagotake/tamagotake/rt/...=-l=0", "-o", out, "github.com/tamagotake/tamagotake/rt/bench").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		text, err := exec.Command("go", "tool", "objdump", "-s", `raw\.Waker\.wakeWithin$|sched\.\(\*Executor\)\.run$`, out).CombinedOutput()
		if err != nil || !strings.Contains(string(text), "waker.go") {
			t.Fatalf("no code: %v\n%.1000s", err, text)
		}
		if got, want := strings.Contains(string(text), "trace_o"), tags != ""; got != want {
			t.Errorf("tags %q: hooks in the code: %v", tags, got)
		}
	}
}

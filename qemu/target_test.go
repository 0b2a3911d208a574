package qemu

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var targets = []string{"amd64", "arm"}

// tool runs tamagotake in a directory and returns its output and exit status.
func tool(t *testing.T, dir string, args ...string) (out string, status int) {
	t.Helper()
	build, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(build, "tamagotake"), args...)
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// outside makes a module outside of this one, which it requires.
func outside(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	first, rest, _ := strings.Cut(files["go.mod"], "\n")
	module := strings.TrimPrefix(first, "module ")
	files["go.mod"] = "module example.org/app\n" + rest + "\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + root + "\n"
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// go test on the target, in a module that only requires this one: what passes, what fails, what
// ends the machine, and the flags that people use.
func TestTool(t *testing.T) {
	t.Parallel()
	dir := outside(t, map[string]string{
		"good/good.go": "package good\n\nfunc Twice(n int) int { return 2 * n }\n",
		"good/good_test.go": `package good

import (
	"runtime"
	"testing"
)

func TestTwice(t *testing.T) {
	if Twice(2) != 4 {
		t.Error("not 4")
	}
	if testing.Short() {
		t.Skip("short")
	}
	t.Log(runtime.GOARCH, "'quoted'")
}

func TestWords(t *testing.T) { t.Run("a b", func(t *testing.T) { t.Log("found") }) }

func BenchmarkTwice(b *testing.B) {
	for b.Loop() {
		Twice(1)
	}
}
`,
		"bad/bad_test.go": `package bad

import (
	"os"
	"testing"
	"time"
)

func TestFails(t *testing.T) { t.Error("on purpose") }
func TestPanics(t *testing.T) { panic("on purpose") }
func TestHangs(t *testing.T)  { select {} }
func TestLeaves(t *testing.T) { os.Exit(7) }
func TestNil(t *testing.T)    { *(*int)(nil) = 1 }
func TestSpins(t *testing.T) {
	for time.Now().Year() > 0 {
	}
}
`,
		"none/none.go": "package none\n",
		"shown/shown_test.go": `package shown

import (
	"fmt"
	"testing"
)

func Example() {
	fmt.Println(42)
	// Output: 42
}

func TestSkipped(t *testing.T) { t.Error("not skipped") }
func TestShown(t *testing.T)   {}
`,
	})
	for _, arch := range targets {
		for _, c := range []struct {
			name, args string
			status     int
			want       []string
		}{
			{"passes", "-skip Skipped ./good ./none ./shown", 0, []string{`(?m)^ok  \texample.org/app/good\t`, `(?m)^\?   \texample.org/app/none\t\[no test files\]$`, `(?m)^tamagotake: test: examples are left out: `}},
			{"flags", "-v -short -run ^TestTwice$ ./good", 0, []string{`(?m)^--- SKIP: TestTwice`, `(?m)^PASS$`}},
			{"subtest", "-v -run TestWords/a_b ./good", 0, []string{`(?m)^    --- PASS: TestWords/a_b `, `good_test.go:\d+: found`}},
			{"bench", "-run ^$ -bench . -benchtime 100x -benchmem ./good", 0, []string{`BenchmarkTwice +\t +100\t.* ns/op\t +0 B/op\t +0 allocs/op`}},
			{"fails", "-run TestFails ./bad ./good", 1, []string{`(?m)^--- FAIL: TestFails`, `bad_test.go:\d+: on purpose`, `(?m)^FAIL\texample.org/app/bad\t`, `(?m)^ok  \texample.org/app/good\t`}},
			{"panics", "-run TestPanics ./bad", 1, []string{`panic: on purpose`, `bad\.TestPanics`, `(?m)^FAIL\texample.org/app/bad\t`}},
			{"leaves", "-run TestLeaves ./bad", 1, []string{`(?m)^exit status 7$`}},
			{"faults", "-run TestNil ./bad", 1, []string{`panic: runtime error: invalid memory address or nil pointer dereference`}},
			{"hangs", "-run TestHangs -timeout 1s ./bad", 1, []string{`panic: test timed out after 1s`, `TestHangs`}},
			{"spins", "-run TestSpins -timeout 1s ./bad", 1, []string{`panic: test timed out after 1s`, `TestSpins`}},
			{"nothing", "./nowhere", 1, []string{`nowhere`}},
		} {
			t.Run(arch+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				out, status := tool(t, dir, append([]string{"test", "-arch", arch, "-count=1"}, strings.Fields(c.args)...)...)
				if status != c.status {
					t.Errorf("status %d, want %d", status, c.status)
				}
				for _, want := range c.want {
					if !regexp.MustCompile(want).MatchString(out) {
						t.Errorf("%q is missing", want)
					}
				}
				if t.Failed() {
					t.Logf("it printed\n%s", out)
				}
			})
		}
		t.Run(arch+"/json", func(t *testing.T) {
			t.Parallel()
			out, status := tool(t, dir, "test", "-arch", arch, "-count=1", "-json", "-run", "TestWords", "./good")
			passed := map[string]bool{}
			for d := json.NewDecoder(strings.NewReader(out)); ; {
				var e struct{ Action, Test string }
				if err := d.Decode(&e); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%v in\n%s", err, out)
				}
				if e.Action == "pass" {
					passed[e.Test] = true
				}
			}
			if status != 0 || len(passed) != 3 || !passed["TestWords/a_b"] {
				t.Errorf("status %d, passed %v\n%s", status, passed, out)
			}
		})
	}
}

// The tests of this module's own packages pass on the target, those that want an operating system
// or a fake of the machine left out.
func TestOnTarget(t *testing.T) {
	t.Parallel()
	for _, arch := range targets {
		t.Run(arch, func(t *testing.T) {
			t.Parallel()
			out, status := tool(t, "..", "test", "-arch", arch, "-count=1", "./rt/...", "./drivers/...", "./hal/...", "./internal/words", "./internal/bootconfig", "./rt/internal/list", "./internal/coroutines")
			passed := regexp.MustCompile(`(?m)^ok  \t`).FindAllString(out, -1)
			if status != 0 || len(passed) < 17 {
				t.Errorf("status %d, %d packages passed\n%s", status, len(passed), out)
			}
		})
	}
}

// What a newcomer does: an empty directory, a program of their own, a driver of their own.
func TestNewcomer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, status := tool(t, dir, "new", "hello"); status != 0 || !strings.HasSuffix(out, "\ncd hello && tamagotake run boots it\n") {
		t.Fatalf("status %d: %s", status, out)
	}
	dir = filepath.Join(dir, "hello")
	for _, arch := range targets {
		out, status := tool(t, dir, "run", "-arch", arch, ".", "you", "me")
		if want := "hello, you and me, from " + arch + "\r\n"; status != 0 || out != want {
			t.Errorf("status %d: %q, want %q", status, out, want)
		}
		if out, status := tool(t, dir, "test", "-arch", arch); status != 0 || !strings.Contains(out, "ok  \thello\t") {
			t.Errorf("status %d: %s", status, out)
		}
		if out, status := tool(t, dir, "build", "-arch", arch); status != 0 || out != "" {
			t.Errorf("status %d: %s", status, out)
		}
		if _, err := os.Stat(filepath.Join(dir, "hello-"+arch+".elf")); err != nil {
			t.Error(err)
		}
	}
	if out, status := tool(t, dir, "new", "-driver", "sensor"); status != 0 {
		t.Errorf("status %d: %s", status, out)
	}
	for _, args := range [][]string{{"vet", "./..."}, {"test", "./..."}, {"tool", "tamagotake", "help"}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", cmd, err, out)
		}
	}
}

// The machine goes with the tool, however that ends.
func TestMachineEndsWithTool(t *testing.T) {
	t.Parallel()
	build, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		cmd := exec.Command(filepath.Join(build, "tamagotake"), "run", "-verify=false", "-machine", "microvm", "./qemu/images/memory") // waits for a key at its end
		cmd.Dir = ".."
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cmd.StdinPipe(); err != nil { // left open
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() && strings.TrimSpace(lines.Text()) != "end" {
		}
		var machines []string
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", cmd.Process.Pid))
		for _, name := range threads {
			text, _ := os.ReadFile(name)
			machines = append(machines, strings.Fields(string(text))...)
		}
		cmd.Process.Signal(signal)
		cmd.Wait()
		if err != nil || len(machines) != 1 {
			t.Fatalf("%v: the tool has started %v, %v", signal, machines, err)
		}
		for deadline := time.Now().Add(timeout); ; time.Sleep(10 * time.Millisecond) {
			stat, err := os.ReadFile("/proc/" + machines[0] + "/stat")
			if err != nil || regexp.MustCompile(`^\d+ \(.*\) Z`).Match(stat) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%v: %s", signal, stat)
			}
		}
	}
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tamagotake/tamagotake/internal/words"
)

var testCommand = command{
	name: "test", args: "[-arch amd64|arm] [-machine NAME] [go test flags] [PACKAGES]",
	short: "run go test on the target, in QEMU",
	long: `The flags are those of go test, and those below. Each package's test program gets a file more, which
imports hal/board; it is linked for the target, not verified, and booted with its flags as the command
line. A test that wants files, processes or signals fails there: there is no operating system. Examples
are left out, since package testing takes their output through a pipe.`,
	run: func(k *call) error {
		b := k.targetFlags()
		m := k.machineFlags(b)
		args, err := k.splitFlags(k.args)
		if err != nil || args == nil {
			return err
		}
		return m.test(args)
	},
}

// goFlagsBool are the flags of go test that have no value of their own, but perhaps one after =.
var goFlagsBool = strings.Fields("a asan benchmem buildvcs c cover failfast fullpath h help i json linkshared modcacherw msan n race short trimpath v work x")

// goFlagsRefused are those that cannot be had, and why.
var goFlagsRefused = map[string]string{
	"race": "the race detector wants an operating system", "msan": "it wants an operating system", "asan": "it wants an operating system",
	"exec": "the tool boots the program itself", "ldflags": "the port has its own", "overlay": "the tool has its own",
	"C": "change to the directory before", "toolexec": "the port has its own", "trimpath": "it is always on", "o": "go build, in the environment of tamagotake env, has it",
	"c": "go test -c, in the environment of tamagotake env, has it",
}

func init() {
	const files = "it wants files, which the target does not have"
	for _, name := range strings.Fields("cover coverprofile covermode coverpkg cpuprofile memprofile blockprofile mutexprofile trace outputdir fuzz artifacts") {
		goFlagsRefused[name] = files
	}
}

// goArgs are the arguments of go test, taken apart.
type goArgs struct {
	all      []string // but for -skip
	packages []string
	skip     string
}

// splitFlags takes the tool's own flags out of a command line for go test, which has flags before
// and behind the packages. It returns nil if that asks for help.
func (k *call) splitFlags(args []string) (*goArgs, error) {
	g := new(goArgs)
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		name, isFlag := strings.CutPrefix(arg, "-")
		name, value, hasValue := strings.Cut(strings.TrimPrefix(name, "-"), "=")
		own := k.flags.Lookup(name)
		switch {
		case !isFlag:
			g.packages = append(g.packages, arg)
			g.all = append(g.all, arg)
		case name == "args":
			g.all = append(append(g.all, arg), args...)
			args = nil
		case name == "h" || name == "help":
			k.args = []string{"-h"}
			return nil, k.parse()
		case own != nil:
			one := []string{arg}
			if b, ok := own.Value.(interface{ IsBoolFlag() bool }); !hasValue && !(ok && b.IsBoolFlag()) && len(args) > 0 {
				one, args = append(one, args[0]), args[1:]
			}
			k.args = one
			if err := k.parse(); err != nil {
				return nil, err
			}
		case strings.TrimPrefix(name, "test.") == "skip":
			if !hasValue && len(args) > 0 {
				value, args = args[0], args[1:]
			}
			g.skip = value
		case goFlagsRefused[strings.TrimPrefix(name, "test.")] != "":
			return nil, fmt.Errorf("test: -%s: %s", name, goFlagsRefused[strings.TrimPrefix(name, "test.")])
		default:
			g.all = append(g.all, arg)
			if !hasValue && !slices.Contains(goFlagsBool, strings.TrimPrefix(name, "test.")) && len(args) > 0 {
				g.all, args = append(g.all, args[0]), args[1:]
			}
		}
	}
	return g, nil
}

// testMemory is what QEMU is told for a test program: tests take more than a kernel.
var testMemory = map[string]string{"amd64": "-m 512M"}

// board is the package that brings up the machine.
const board = modulePath + "/hal/board"

// test runs go test.
func (m *machineFlags) test(g *goArgs) error {
	on, err := m.choose()
	if err != nil {
		return err
	}
	t, err := m.compile.toolchain()
	if err != nil {
		return err
	}
	tool, err := os.Executable()
	if err != nil {
		return err
	}
	ldflags, err := t.LinkFlags()
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "tamagotake-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	overlay, examples, err := t.overlayTests(tmp, g.packages)
	if err != nil {
		return err
	}
	skip := g.skip
	if examples {
		fmt.Fprintln(os.Stderr, "tamagotake: test: examples are left out: they want a pipe, which the target does not have")
		skip = strings.TrimPrefix(skip+"|^Example", "|")
	}
	boot := []string{tool, "boot", "-machine", on.Name}
	if m.compile.print {
		boot = append(boot, "-x")
	}
	if m.disk != "" {
		name, err := filepath.Abs(m.disk) // go test changes to each package's directory
		if err != nil {
			return err
		}
		boot = append(boot, "-disk", name)
	}
	if more := strings.TrimSpace(testMemory[on.Arch] + " " + m.more); more != "" {
		boot = append(boot, "-qemu", more)
	}
	cmd := t.Command("go", append([]string{"test", "-tags", t.Tags, "-ldflags", ldflags, "-overlay", overlay, "-skip", skip, "-exec", words.Join(boot)}, g.all...)...)
	return m.compile.do(cmd)
}

var anExample = regexp.MustCompile(`(?m)^func Example`)

// overlayTests writes an overlay for the go command that adds to the tests of each package a file
// that brings up the machine. It reports whether the tests have examples.
func (t *toolchain) overlayTests(tmp string, packages []string) (name string, examples bool, err error) {
	cmd := t.Command("go", append([]string{"list", "-e", "-tags", t.Tags, "-json=Dir,Name,TestGoFiles,XTestGoFiles", "--"}, packages...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", false, err
	}
	replace := map[string]string{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			Dir, Name                 string
			TestGoFiles, XTestGoFiles []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return "", false, err
		}
		for _, file := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
			text, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				return "", false, err
			}
			examples = examples || anExample.Match(text)
		}
		if len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
			continue
		}
		file := filepath.Join(tmp, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(file, fmt.Appendf(nil, "package %s_test\n\nimport _ %q\n", p.Name, board), 0o644); err != nil {
			return "", false, err
		}
		replace[filepath.Join(p.Dir, "tamagotake_board_test.go")] = file
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", false, err
	}
	name = filepath.Join(tmp, "overlay.json")
	return name, examples, os.WriteFile(name, data, 0o644)
}

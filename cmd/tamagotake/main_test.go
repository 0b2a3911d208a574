package main

import (
	"bytes"
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/port"
)

func TestUsageErrors(t *testing.T) {
	for _, c := range []struct {
		args string
		want string
	}{
		{"blink", `unknown command "blink"; tamagotake help lists them`},
		{"build -arch mips -o x", `no target "mips": there are amd64 and arm`},
		{"build -o x -go go1.20", "no port for go1.20: there are ports for go1.26.8 and go1.27.3"},
		{"build -o x a b", "build: want one package, not 2: flags come first"},
		{"build -o x -replace a", "want FILE=OTHER"},
		{"build -size", "build: flag provided but not defined: -size; tamagotake help build lists the flags"},
		{"build -o x ../../rt/task", "../../rt/task is package task: a program is a package main"},
		{"build -o x ../../internal/setmodule", "../../internal/setmodule does not import github.com/tamagotake/tamagotake/hal/board, which brings up the machine"},
		{"run -machine pdp11", `no machine "pdp11": there are q35, microvm, mcimx6ul-evk, usbarmory, usbarmory-1g`},
		{"run -machine microvm -arch arm", `no machine "microvm" for arm: there are mcimx6ul-evk, usbarmory, usbarmory-1g`},
		{"run -arch mips", `no target "mips": there are amd64 and arm`},
		{"test -cover ./x", "test: -cover: it wants files, which the target does not have"},
		{"test -test.cpuprofile=c ./x", "test: -test.cpuprofile: it wants files"},
		{"test -race ./x", "test: -race: the race detector wants an operating system"},
		{"test -exec qemu ./x", "test: -exec: the tool boots the program itself"},
		{"test -arch", "test: flag needs an argument: -arch"},
		{"test -arch mips ./x", `no target "mips": there are amd64 and arm`},
		{"boot", "boot: name a program that go build or go test -c has linked"},
		{"doctor vax", `doctor: no purpose "vax"; tamagotake help doctor lists them`},
		{"version x", `version: unexpected argument "x"`},
		{"build -board x", `build: no board "x": there are usbarmory and usbarmory-1g`},
		{"verify -board usbarmory -arch amd64", "verify: the processor of usbarmory is arm: leave out -arch amd64"},
		{"imx a b", "imx: want one package, not 2: flags come first"},
		{"imx none.elf", "stat none.elf: no such file"},
		{"imx ../../go.mod", "../../go.mod is no program (ELF)"},
		{"sdcard ../../go.mod", "../../go.mod: neither a program nor an image that tamagotake imx makes: "},
		{"sdcard -o x -board usbarmory none.imx", "none.imx: no such file"},
		{"sdp none.imx", "none.imx: no such file"},
		{"disk -arch arm", "disk: the processor of a PC is amd64: leave out -arch arm"},
		{"imx -config none.conf ../../go.mod", "../../go.mod is no program (ELF)"},
		{"run -config none.conf", "none.conf: no such file"},
		{"config", "config: want one card, such as /dev/sdX, or one file; flags come first, and -- before what is for the program"},
		{"config a b", "config: want one card"},
		{"config none", "config: stat none: no such file"},
		{"config -set A=1 none", "config: stat none: no such file"},
		{"config /dev/null", "config: /dev/null is neither a disk nor a file"},
		{"config -set A=1 /dev/null", "config: /dev/null is neither a disk nor a file"},
		{"config -set A none", "config: -set A: want NAME=value"},
		{"config ../../go.mod", "config: ../../go.mod: neither a card, nor an image for the boot ROM"},
		{"config ../../go.mod -- a", "config: ../../go.mod: neither a card, nor an image for the boot ROM"},
		{"flash -config x ../../go.mod", "flash: ../../go.mod: neither a card, nor"},
		{"flash", "flash: want one card image, such as tamagotake sdcard makes; flags come first"},
		{"flash -dev x none.img", "flash: open none.img: no such file or directory; tamagotake sdcard makes one"},
		{"keys", "keys: want one directory: tamagotake keys DIR"},
		{"size -arch mips", `no target "mips": there are amd64 and arm`},
		{"size -arch amd64,mips -json no/such", "no/such: there is no directory no"},
		{"new", "new: want one name: that of the directory to make"},
		{"new a b", "new: want one name"},
		{"new Hello", `new: "Hello" cannot be a program's name`},
		{"new .", `new: "." cannot be a program's name`},
		{"new -driver my-uart", `new: "my-uart" cannot be a package's name`},
		{"new skeleton", "new: there is a skeleton already"},
		{"env arm", `env: unexpected argument "arm"`},
		{"exec", "exec: name a checker, such as staticcheck"},
		{"port", "port: want list, or check and a GOROOT"},
		{"port check /nonexistent", "name a GOROOT"},
		{"help blink", `unknown command "blink"`},
	} {
		var out bytes.Buffer
		err := run(strings.Fields(c.args), &out)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %q in one line", c.args, err, c.want)
		}
		if out.Len() > 0 {
			t.Errorf("%s: printed %q", c.args, out.String())
		}
	}
}

// Each command is in the list, and has a help of its own.
func TestHelp(t *testing.T) {
	var list bytes.Buffer
	if err := run([]string{"help"}, &list); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		if !strings.Contains(list.String(), c.short) {
			t.Errorf("%s is not in the list", c.name)
		}
		var out bytes.Buffer
		run([]string{"help", c.name}, &out)
		if !strings.HasPrefix(out.String(), "usage: tamagotake "+c.name+" ") {
			t.Errorf("help %s: %q", c.name, out.String())
		}
	}
}

// beTool in the environment has the test program be the tool.
const beTool = "TAMAGOTAKE_TEST_BE_TOOL"

func TestMain(m *testing.M) {
	if os.Getenv(beTool) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// tool is the tool as a process.
func tool(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), beTool+"=1")
	return cmd
}

// Without arguments it says on standard error what they are, and fails as the go command does.
func TestWithoutArguments(t *testing.T) {
	var out, errs bytes.Buffer
	cmd := tool()
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || out.Len() > 0 || !strings.HasPrefix(errs.String(), "usage: tamagotake COMMAND") {
		t.Errorf("%v, on standard output %q, on standard error %q", err, out.String(), errs.String())
	}
	if text, err := tool("help").Output(); err != nil || string(text) != errs.String() {
		t.Errorf("help: %v, %q", err, text)
	}
}

// The releases are a list for a person.
func TestVersion(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"version"}, &out); err != nil {
		t.Fatal(err)
	}
	if want := ", Go releases " + strings.Join(port.Releases, ", ") + ", the first by default\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("%q, want %q at its end", out.String(), want)
	}
}

// A shell that has evaluated the lines of env builds, vets and lists for the target with plain go
// commands.
func TestPlainGo(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the standard library")
	}
	dir := t.TempDir()
	tool := filepath.Join(dir, "tamagotake")
	if out, err := exec.Command("go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for arch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm": elf.EM_ARM} {
		linked := filepath.Join(dir, arch)
		script := `set -e
eval "$(` + tool + ` env -arch ` + arch + `)"
go build -o ` + linked + ` ./qemu/images/early
go vet ./qemu/images/early ./hal/` + arch + `
go list -f '{{.Standard}} {{.GoFiles}}' runtime/goos
`
		cmd := exec.Command("sh", "-c", script)
		cmd.Dir = filepath.Join("..", "..")
		out, err := cmd.CombinedOutput()
		if err != nil || string(out) != "true [goos.go]\n" {
			t.Fatalf("%s: %v, %s", arch, err, out)
		}
		f, err := elf.Open(linked)
		if err != nil {
			t.Fatal(err)
		}
		if f.Machine != machine {
			t.Errorf("%s: %v", arch, f.Machine)
		}
		f.Close()
	}
}

// A comment that is meant to be a directive and is none is refused where it is, by vet and by a
// build that does not verify.
func TestMisspeltMark(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a Go tree")
	}
	name := filepath.Join(t.TempDir(), "misspelt.go")
	const want = "misspelt.go:5: //tamagotake:realtme is no directive: there are //tamagotake:realtime, //tamagotake:undo and //tamagotake:interrupt"
	if err := os.WriteFile(name, []byte("package main\n\nimport _ \"github.com/tamagotake/tamagotake/hal/board\"\n\n//tamagotake:realtme\nfunc main() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"vet", name},
		{"build", "-verify=false", "-o", filepath.Join(t.TempDir(), "x.elf"), name},
	} {
		err := run(args, os.Stdout)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q in one line", args, err, want)
		}
	}
}

// -x prints the command before it runs.
func TestPrint(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a Go tree")
	}
	var err error
	text := stderrOf(t, func() {
		err = run([]string{"vet", "-x", "-arch", "arm", "github.com/tamagotake/tamagotake/hal/mmio"}, os.Stdout)
	})
	if err != nil || !strings.Contains(text, "bin/go vet -tags tamago,linkprintk,stockgo github.com/tamagotake/tamagotake/hal/mmio") {
		t.Errorf("%v, %s", err, text)
	}
}

// stderrOf returns what a function has on standard error, which is a pipe meanwhile.
func stderrOf(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = w
	defer func() { os.Stderr = stderr }()
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		text <- string(b)
	}()
	f()
	w.Close()
	return <-text
}

//go:build !tamago

package kernel_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/kernel"
)

// Plain go doc says what a package is, what it has, and which command shows the rest; and that
// command does.
func TestGoDoc(t *testing.T) {
	const module = "github.com/tamagotake/tamagotake/"
	for pkg, c := range map[string]struct {
		arch        string // of the command, if the package names one
		unexported  string
		plain, more []string
	}{
		"kernel": {"amd64", "", []string{"Package kernel is what an application is built on", "func Start(c Config)", "type Config struct {",
			"func Realtime[S any](", "func Go(", "func Run()", "func Register(m Match,", "Address    uintptr", "func Halt()"}, []string{"PCI    *pci.Device"}},
		"kernel/shell":   {"", "", []string{"Package shell is the monitor", "func Add(list ...Command)", "func Start()", "func (m *Shell) Printf("}, nil},
		"kernel/devices": {"amd64", "-u ", []string{"Package devices registers the drivers"}, []string{"func startDisk("}},
		"hal/amd64":      {"amd64", "", []string{"Package amd64 is the hardware layer"}, []string{"func Machine() string"}},
		"hal/arm":        {"arm", "", []string{"Package arm is the hardware layer", "type Device struct {", "func DeviceAt("}, []string{"func StartTimerClocks("}},
	} {
		doc := func(want []string, env []string, args ...string) {
			cmd := exec.Command("go", append([]string{"doc", "-all"}, args...)...)
			cmd.Env = append(os.Environ(), env...)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v: %s", pkg, err, out)
			}
			for _, w := range want {
				if !strings.Contains(string(out), w) {
					t.Errorf("%s: go doc does not say %q", pkg, w)
				}
			}
		}
		if c.arch != "" {
			c.plain = append(c.plain, "GOOS=tamago GOARCH="+c.arch+" go doc "+c.unexported+module+pkg)
			doc(c.more, []string{"GOOS=tamago", "GOARCH=" + c.arch}, append(strings.Fields(c.unexported), module+pkg)...)
		}
		doc(c.plain, nil, module+pkg)
	}
}

// Below an operating system what needs the machine says how to build for one.
func TestNoMachine(t *testing.T) {
	for name, f := range map[string]func(){"Start": func() { kernel.Start(kernel.Config{}) }, "Halt": kernel.Halt, "Reboot": kernel.Reboot} {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, "tamagotake build builds it for a machine") {
					t.Errorf("%s: %q", name, text)
				}
			}()
			f()
		}()
	}
}

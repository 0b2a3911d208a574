package qemu

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/qemu/machine"
)

// A command line becomes the program's environment and arguments, and its exit status QEMU's.
func TestArguments(t *testing.T) {
	t.Parallel()
	for _, on := range machine.All {
		if on.Tags != "" {
			continue // the image is not for that board
		}
		arguments := func(words ...string) []string {
			line, err := on.CommandLine(words)
			if err != nil {
				t.Fatal(err)
			}
			return line
		}
		var without []string // nobody on the other side
		for _, arg := range on.QEMU {
			if arg != "-semihosting" {
				without = append(without, arg)
			}
		}
		without = append(without, "-no-reboot")
		raw := map[string][]string{"amd64": {"-append", "5 'x"}, "arm": {"-semihosting-config", "enable=on,arg=tamagotake,arg=5 'x"}}[on.Arch]
		empty := map[string][]string{"amd64": {"-append", ""}, "arm": {"-semihosting-config", "enable=on,arg=another,arg=5"}}[on.Arch]
		long := strings.Repeat("x", 4080)
		for name, c := range map[string]struct {
			qemu, line []string
			args, env  []string
			says       string
			status     int
		}{
			"all": {line: arguments("A=1", "b.c=x y, z", "5", "", "a'b", `q"`, "a,b", "D=2", "-test.v=x"),
				args: []string{"5", "", "a'b", `q"`, "a,b", "D=2", "-test.v=x"}, env: []string{"A=1", "b.c=x y, z"}, status: 5},
			"long":    {line: arguments(long, "200"), args: []string{long, "200"}},
			"highest": {line: arguments("200"), args: []string{"200"}, status: 127},
			"none":    {},
			"empty":   {line: empty},
			"open":    {line: raw, says: "command line: a quote ' is not closed: it is not used\r\n"},
			"alone":   {qemu: without},
		} {
			t.Run(on.Name+"/"+name, func(t *testing.T) {
				t.Parallel()
				if c.qemu == nil {
					c.qemu = on.QEMU
				}
				m := Machine{on.Name, "arguments-" + on.Arch + ".elf", c.qemu}.With(c.line...)
				vm := console{Start(t, m), t}
				vm.wait(`environment .*\r\n`, bootTimeout)
				vm.exit(c.status)
				want := c.says + fmt.Sprintf("arguments %q\r\nenvironment %q\r\n", slices.Concat([]string{"kernel"}, c.args), slices.Concat([]string{}, c.env))
				if got := vm.Output(); got != want {
					t.Errorf("%q\nwant %q", got, want)
				}
			})
		}
	}
}

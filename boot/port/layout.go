package port

import "fmt"

// Target is an architecture: what the go command is told when it builds for it.
type Target struct {
	Arch string

	tags    string
	env     []string
	ldflags string
}

// The text segment begins where the start code and the vectors leave room
// (hal/amd64/mapping.go, hal/arm/mapping.go). -E names the board's own entry, so that it runs
// before TamaGo's.
var targets = []Target{
	{
		Arch: "amd64",
		// v1: emulation has no more.
		env:     []string{"GOARCH=amd64", "GOAMD64=v1"},
		tags:    "tamago,linkramstart",
		ldflags: "-T 0x201000 -R 0x1000 -E _tamagotake_start",
	},
	{
		Arch: "arm",
		// v7: lower ones call helpers that a Linux kernel provides.
		env:     []string{"GOARCH=arm", "GOARM=7"},
		tags:    "tamago,linkprintk",
		ldflags: "-T 0x80010000 -R 0x1000 -E _tamagotake_start",
	},
}

// Lookup returns the target of an architecture.
func Lookup(arch string) (Target, error) {
	for _, t := range targets {
		if t.Arch == arch {
			return t, nil
		}
	}
	return Target{}, fmt.Errorf("no target %q: there are amd64 and arm", arch)
}

// dropped are files of GOROOT/src that the tree does not have. What they define is in _own, or
// in the files that edits select instead.
var dropped = []string{
	"runtime/mem_linux.go",
	"runtime/mem_nonsbrk.go",
	"runtime/mpagealloc_64bit.go",
	"runtime/vgetrandom_linux.go",
	"runtime/vgetrandom_unsupported.go",
	"runtime/rt0_linux_amd64.s",
	"runtime/rt0_linux_arm.s",
	"runtime/sys_linux_amd64.s",
	"runtime/sys_linux_arm.s",
	"runtime/time_linux_amd64.s",
	"runtime/timeasm.go",
}

// ownDirs says where the directories of _own go, below GOROOT/src, and with which prefix to
// their files' names: none where a file replaces one of Go's.
var ownDirs = map[string]struct{ dir, prefix string }{
	"goos":     {"runtime/goos", ""},
	"runtime":  {"runtime", "z"},
	"syscall":  {"syscall", ""},
	"syscall6": {"internal/runtime/syscall/linux", ""},
}

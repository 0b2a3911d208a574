package qemu

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/tamagotake/tamagotake/boot/port"
)

// Each further Go release of the port builds the kernel, which is verified and boots, and the image
// of package runtime, whose checks pass. On one machine of each architecture.
func TestGoReleases(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the standard library")
	}
	for _, release := range port.Releases[1:] {
		// Without a network there is one release. make test-go wants all of them.
		if _, err := port.Tree(release); errors.Is(err, port.ErrFetch) && os.Getenv("GO_RELEASES") == "" {
			t.Skip(err)
		} else if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			machine Machine
			arch    string
		}{{Q35, "amd64"}, {EVK, "arm"}} {
			t.Run(release+"/"+c.arch, func(t *testing.T) {
				m := c.machine
				linked := link(t, "./kernel", "-go", release, "-arch", c.arch)
				tool(t, "./boot/verify", "-q", "-seal", linked, "kernel", "drivers", "rt")
				m.Image = pack(t, linked)
				vm := console{Start(t, m), t}
				vm.wait(`tamagotake, `+regexp.QuoteMeta(release)+` `+c.arch+`\r\n`, bootTimeout)
				vm.wait(prompt, bootTimeout)
				vm.send("halt")
				vm.exit(0)
				checkRuntime(t, c.machine, pack(t, link(t, "./qemu/runtime", "-go", release, "-arch", c.arch)))
			})
		}
	}
}

// link links a package, and returns the file.
func link(t *testing.T, pkg string, flags ...string) (linked string) {
	t.Helper()
	linked = filepath.Join(t.TempDir(), "linked")
	tool(t, append(append([]string{"./cmd/tamagotake", "link", "-o", linked}, flags...), pkg)...)
	return linked
}

// pack makes the image that QEMU boots of what was linked.
func pack(t *testing.T, linked string) (image string) {
	t.Helper()
	dir := t.TempDir()
	image = filepath.Join(dir, "image")
	tool(t, "./boot/image/pack", "-sym", filepath.Join(dir, "sym"), "-o", image, linked)
	return image
}

// tool runs one of the repository's commands.
func tool(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"run"}, args...)...)
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
}

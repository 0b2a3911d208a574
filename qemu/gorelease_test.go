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

// The kernel, and the image of package runtime, built with each other Go release that there is a
// port for: verified, and booted on one machine of each architecture.
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
			image := func(t *testing.T, pkg string, verify ...string) string {
				t.Helper()
				dir := t.TempDir()
				linked, image := filepath.Join(dir, "linked"), filepath.Join(dir, "image")
				tool(t, "./cmd/tamagotake", "link", "-go", release, "-arch", c.arch, "-o", linked, pkg)
				if len(verify) > 0 {
					tool(t, append([]string{"./boot/verify", "-q", "-seal", linked}, verify...)...)
				}
				tool(t, "./boot/image/pack", "-sym", filepath.Join(dir, "sym"), "-o", image, linked)
				return image
			}
			t.Run(release+"/"+c.arch, func(t *testing.T) {
				m := c.machine
				m.Image = image(t, "./kernel", "kernel", "drivers", "rt")
				vm := console{Start(t, m), t}
				vm.wait(`tamagotake, `+regexp.QuoteMeta(release)+` `+c.arch+`\r\n`, bootTimeout)
				vm.wait(prompt, bootTimeout)
				vm.send("halt")
				vm.exit(0)
				checkRuntime(t, c.machine, image(t, "./qemu/runtime"))
			})
		}
	}
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

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
				m.Image = build(t, "./examples/monitor", "-go", release, "-arch", c.arch)
				vm := console{Start(t, m), t}
				vm.wait(`tamagotake, `+regexp.QuoteMeta(release)+` `+c.arch+`\r\n`, bootTimeout)
				vm.wait(prompt, bootTimeout)
				vm.send("halt")
				vm.exit(0)
				checkRuntime(t, c.machine, build(t, "./qemu/images/goruntime", "-verify=false", "-go", release, "-arch", c.arch))
			})
		}
	}
}

// build builds the image of a package, and returns the file.
func build(t *testing.T, pkg string, flags ...string) (image string) {
	t.Helper()
	image = filepath.Join(t.TempDir(), "image.elf")
	cmd := exec.Command("go", append(append([]string{"run", "./cmd/tamagotake", "build", "-o", image}, flags...), pkg)...)
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return image
}

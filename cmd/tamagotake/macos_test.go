package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The tool, what it is made of and the tests of both compile for macOS. That they run there is for a
// Mac to show.
func TestMacOS(t *testing.T) {
	for _, c := range []struct {
		arch string
		args []string
	}{
		{"arm64", []string{"build", "-o", os.DevNull, "./cmd/tamagotake"}},
		{"arm64", []string{"vet", "./cmd/...", "./boot/...", "./qemu", "./qemu/machine"}},
		{"amd64", []string{"vet", "./cmd/...", "./boot/...", "./qemu", "./qemu/machine"}},
	} {
		cmd := exec.Command("go", c.args...)
		cmd.Dir = filepath.Join("..", "..")
		cmd.Env = append(os.Environ(), "GOOS=darwin", "GOARCH="+c.arch, "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("GOOS=darwin GOARCH=%s go %q: %v\n%s", c.arch, c.args, err, out)
		}
	}
}

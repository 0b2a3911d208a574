package port

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Releases are the Go releases that the port is made for: the pinned one, which builds unless
// told otherwise, and the current stable one. docs/go-release.md says how another is taken up.
var Releases = []string{"go1.26.8", "go1.27.3"}

// ErrFetch is the error for a release that the go command cannot get.
var ErrFetch = errors.New("is not installed and cannot be fetched")

// original is the file in a tree that names the GOROOT it was made of.
const original = "tamagotake-goroot"

// findRelease returns the GOROOT of a release. The go command in PATH fetches the release if it
// is another one.
func findRelease(release string) (goroot string, err error) {
	if !slices.Contains(Releases, release) {
		return "", fmt.Errorf("no port for %s: there are ports for %s", release, strings.Join(Releases, " and "))
	}
	cmd := exec.Command("go", "env", "GOVERSION", "GOROOT")
	cmd.Dir = os.TempDir() // outside of every module: a go.mod may ask for another release
	cmd.Env = append(withoutVariable(os.Environ(), "GOROOT"), "GOTOOLCHAIN="+release, "GOFLAGS=", "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %w: %w", release, ErrFetch, reason(err))
	}
	version, goroot, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if version != release {
		return "", fmt.Errorf("the go command is %s and did not switch to %s: install Go 1.21 or later", version, release)
	}
	if from, err := os.ReadFile(filepath.Join(goroot, original)); err == nil {
		goroot = strings.TrimSpace(string(from)) // the go command in PATH is that of a tree
	}
	return goroot, nil
}

// reason is the last line that a command has written to standard error, if there is one.
func reason(err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	if text := strings.TrimSpace(string(exit.Stderr)); text != "" {
		return errors.New(text)
	}
	return err
}

// withoutVariable returns the environment without a variable.
func withoutVariable(env []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(s string) bool { return strings.HasPrefix(s, name+"=") })
}

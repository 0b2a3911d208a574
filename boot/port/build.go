package port

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Toolchain is a go command that builds for a target, and its environment.
type Toolchain struct {
	Target Target
	Tags   string   // build tags, separated by commas
	Env    []string // what the environment has beyond that of this process

	gocmd string
	stock bool
}

// noFlags stands for no GOFLAGS: an empty one gives way to that of go env -w.
const noFlags = "GOFLAGS=-trimpath"

// Stock is the toolchain of a Go release with the port. tags are the program's own, separated by
// commas.
func Stock(release string, t Target, tags string) (Toolchain, error) {
	tree, err := Tree(release)
	if err != nil {
		return Toolchain{}, err
	}
	return Toolchain{
		Target: t,
		Tags:   joinTags(t.tags, "stockgo", tags),
		Env: append([]string{
			"GOROOT=" + tree, "GOTOOLCHAIN=local", "GOOS=linux", "CGO_ENABLED=0", noFlags,
			"PATH=" + filepath.Join(tree, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"),
		}, t.env...),
		gocmd: filepath.Join(tree, "bin", "go"),
		stock: true,
	}, nil
}

// Distribution is the toolchain of the TamaGo distribution, by its go command.
func Distribution(gocmd string, t Target, tags string) Toolchain {
	return Toolchain{
		Target: t,
		Tags:   joinTags(t.tags, tags),
		Env:    append([]string{"GOOS=tamago", "GOOSPKG=github.com/usbarmory/tamago", "GOTOOLCHAIN=local", "CGO_ENABLED=0", noFlags}, t.env...),
		gocmd:  gocmd,
	}
}

func joinTags(lists ...string) string {
	var tags []string
	for _, l := range lists {
		if l != "" {
			tags = append(tags, l)
		}
	}
	return strings.Join(tags, ",")
}

// Command returns a command with the toolchain's environment. The name go is its go command.
func (c Toolchain) Command(name string, args ...string) *exec.Cmd {
	if name == "go" {
		name = c.gocmd
	}
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), c.Env...)
	return cmd
}

// Link returns the command that builds the package into the ELF file out. The files of replace,
// by absolute names, stand in place of files of the program: for tests, which break a program on
// purpose. The caller removes what is written to the directory tmp.
func (c Toolchain) Link(pkg, out string, replace map[string]string, tmp string) (*exec.Cmd, error) {
	ldflags, err := c.LinkFlags()
	if err != nil {
		return nil, err
	}
	args := []string{"build", "-tags", c.Tags, "-trimpath", "-ldflags", ldflags, "-o", out}
	if len(replace) > 0 {
		data, err := json.Marshal(map[string]any{"Replace": replace})
		if err != nil {
			return nil, err
		}
		overlay := filepath.Join(tmp, "overlay.json")
		if err := os.WriteFile(overlay, data, 0o644); err != nil {
			return nil, err
		}
		args = append(args, "-overlay", overlay)
	}
	return c.Command("go", append(args, pkg)...), nil
}

// LinkFlags is what the go command's -ldflags must be.
func (c Toolchain) LinkFlags() (string, error) {
	if !c.stock {
		return c.Target.ldflags, nil
	}
	cmd := c.Command("go", "env", "GOMOD")
	out, err := cmd.Output()
	if err != nil {
		return "", reason(err)
	}
	mod := strings.TrimSpace(string(out))
	if mod == "" || mod == os.DevNull {
		return "", errors.New("there is no go.mod here, nor above")
	}
	built, err := buildTime(filepath.Dir(mod))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s -X runtime.portBuilt=%d", c.Target.ldflags, built.Unix()), nil
}

// PlainEnv returns the variables, as NAME=value, that make plain go commands build for the target.
func (c Toolchain) PlainEnv() ([]string, error) {
	ldflags, err := c.LinkFlags()
	if err != nil {
		return nil, err
	}
	env := withoutVariable(c.Env, "GOFLAGS")
	return append(env, fmt.Sprintf("GOFLAGS=-tags=%s -trimpath '-ldflags=%s'", c.Tags, ldflags)), nil
}

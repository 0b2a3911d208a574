package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var right = map[string]string{
	"abort":  `{"aborts": 100000, "lost": 0, "swept": 5000}`,
	"models": `{"mutants": 80, "killed": 80}`,
	"verify": `{"verdicts": 48, "right": 48}`,
	"memory": `{"pages": {"amd64": {"checked": 900, "wrong": 0}, "arm": {"checked": 700, "wrong": 0}}}`,
}

func write(t *testing.T, changed map[string]string) (dir string) {
	dir = t.TempDir()
	for part, text := range right {
		if c, ok := changed[part]; ok {
			text = c
		}
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, part+".json"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRight(t *testing.T) {
	var out bytes.Buffer
	if err := run(write(t, nil), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"aborts": 100000`, `"killed": 80`, `"checked": 700`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is not in\n%s", want, &out)
		}
	}
}

// Each thing that can be wrong is an error that names it.
func TestWrong(t *testing.T) {
	for _, c := range []struct{ part, text, want string }{
		{"abort", "", "part abort was not run"},
		{"abort", `{"aborts": 100000, "lost": 1, "swept": 5000}`, "1 of 100000 aborts"},
		{"abort", `{"aborts": 100000, "lost": 0, "swept": 0}`, "0 instructions swept"},
		{"models", `{"mutants": 80, "killed": 79}`, "79 of 80 mutants"},
		{"models", `{"mutants": 0, "killed": 0}`, "0 of 0 mutants"},
		{"models", `{"mutant": 80}`, "part models"},
		{"verify", `{"verdicts": 48, "right": 47}`, "47 of 48 verdicts"},
		{"memory", `{"pages": {"amd64": {"checked": 900, "wrong": 0}}}`, "arm: 0 of 0 pages"},
		{"memory", `{"pages": {"amd64": {"checked": 900, "wrong": 2}, "arm": {"checked": 700, "wrong": 0}}}`, "amd64: 2 of 900 pages"},
	} {
		err := run(write(t, map[string]string{c.part: c.text}), new(bytes.Buffer))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %q", c.part, c.text, err, c.want)
		}
	}
}

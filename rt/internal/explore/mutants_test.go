//go:build !explore && !tamago

package explore

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// A mutant is the code with one thing broken, and the model that must find it. A model that
// finds nothing is a model of nothing.
type mutant struct {
	name    string
	file    string // below rt/
	old     string // exactly once in the file, in functions
	new     string
	pkg     string // below rt/
	model   string
	failure string // regular expression
}

var mutants = slices.Concat(rtMutants, realtimeMutants, killMutants, platformMutants)

// TestMutants has each found by the model that is named, with two preemptions at most. With
// the environment's SOUND=dir it writes there how many there are, and how many were found.
func TestMutants(t *testing.T) {
	programs := build(t)
	unbroken(t, programs)
	var killed atomic.Int32
	t.Run("mutant", func(t *testing.T) {
		for i, m := range mutants {
			t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
				t.Parallel()
				m.find(t, programs[m.pkg], i+1)
				killed.Add(1)
			})
		}
	})
	if dir := os.Getenv("SOUND"); dir != "" {
		text, err := json.Marshal(map[string]int{"mutants": len(mutants), "killed": int(killed.Load())})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "models.json"), append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// build makes the tests of each package with all mutants in them, and returns the programs.
func build(t *testing.T) (programs map[string]string) {
	t.Helper()
	rt, err := filepath.Abs("../../../rt")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	texts := map[string]string{}
	changes := map[string][]changed{}
	for i, m := range mutants {
		file := filepath.Join(rt, m.file)
		if texts[file] == "" {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[file] = string(text)
		}
		if n := strings.Count(texts[file], m.old); n != 1 {
			t.Fatalf("%s: %q is %d times in %s, not once", m.name, m.old, n, m.file)
		}
		changes[file] = append(changes[file], changed{i + 1, strings.Replace(texts[file], m.old, m.new, 1)})
	}
	replace := map[string]string{}
	put := func(file, text string) {
		at := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		replace[file] = at
	}
	for file, list := range changes {
		text, pkg, err := merge(texts[file], list)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		put(file, text)
		if extra := filepath.Join(filepath.Dir(file), "mutant__.go"); replace[extra] == "" {
			put(extra, fmt.Sprintf(chooser, pkg))
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o644); err != nil {
		t.Fatal(err)
	}
	programs = map[string]string{}
	for _, m := range mutants {
		if programs[m.pkg] != "" {
			continue
		}
		programs[m.pkg] = filepath.Join(dir, filepath.Base(m.pkg)+".test")
		tags := "explore"
		if m.pkg == "platform" {
			tags += ",parkers"
		}
		out, err := exec.Command("go", "test", "-c", "-vet=off", "-tags="+tags, "-overlay="+filepath.Join(dir, "overlay.json"),
			"-o="+programs[m.pkg], filepath.Join(rt, m.pkg)).CombinedOutput()
		if err != nil {
			t.Fatalf("%s does not build: %v\n%s", m.pkg, err, out)
		}
	}
	return programs
}

// unbroken sees to it that the models find nothing without a mutant.
func unbroken(t *testing.T, programs map[string]string) {
	t.Helper()
	for pkg, program := range programs {
		var models []string
		for _, m := range mutants {
			if m.pkg == pkg {
				for name := range strings.SplitSeq(m.model, "|") {
					name, _, _ = strings.Cut(name, "/")
					models = append(models, name)
				}
			}
		}
		test := exec.Command(program, "-test.run=^TestModel("+strings.Join(models, "|")+")")
		test.Env = append(os.Environ(), "EXPLORE_PREEMPTIONS=2")
		if out, err := test.CombinedOutput(); err != nil {
			t.Fatalf("%s, with no mutant: %v\n%s", pkg, err, out)
		}
	}
}

// find runs the models with the mutant and looks what they say.
func (m *mutant) find(t *testing.T, program string, number int) {
	test := exec.Command(program, "-test.run=^TestModel("+strings.Replace(m.model, "/", ")/(", 1)+")")
	test.Env = append(os.Environ(), "EXPLORE_PREEMPTIONS=2", "EXPLORE_MUTANT="+strconv.Itoa(number))
	out, err := test.CombinedOutput()
	if err == nil {
		t.Fatalf("no model of %s finds it", m.model)
	}
	found := regexp.MustCompile(`(?m)^\s*\w*model_test\.go:\d+: ([^\n]*)\n(?:\s+0  .*\n[^$]*)?\s*\n\s+repeat: `).FindSubmatch(out)
	if found == nil {
		t.Fatalf("failed otherwise than by a model:\n%s", out)
	}
	if !regexp.MustCompile(m.failure).Match(found[1]) {
		t.Fatalf("found as %q, not as %s", found[1], m.failure)
	}
	t.Logf("found by %s: %s", m.model, found[1])
}

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The tool's flags are taken out, wherever they are; go test has the rest in its order.
func TestSplitFlags(t *testing.T) {
	for _, c := range []struct{ line, all, packages, skip string }{
		{"", "", "", ""},
		{"-arch arm -run X -v ./a ./b", "-run X -v ./a ./b", "./a ./b", ""},
		{"-run=X --arch=arm ./a", "-run=X ./a", "./a", ""},
		{"./a -run -arch -arch arm -count 2", "./a -run -arch -count 2", "./a", ""},
		{"-x -json -benchmem -bench . ./a -args -arch x", "-json -benchmem -bench . ./a -args -arch x", "./a", ""},
		{"-test.run X ./a", "-test.run X ./a", "./a", ""},
		{"-skip A -v ./a", "-v ./a", "./a", "A"},
		{"./a -test.skip=A|B", "./a", "./a", "A|B"},
	} {
		k := &call{command: &testCommand, out: io.Discard}
		k.setFlags()
		b := k.targetFlags()
		k.machineFlags(b)
		g, err := k.splitFlags(strings.Fields(c.line))
		if err != nil || !slices.Equal(g.all, strings.Fields(c.all)) || !slices.Equal(g.packages, strings.Fields(c.packages)) || g.skip != c.skip {
			t.Errorf("%s: %+v, %v", c.line, g, err)
		}
		if want := strings.Contains(c.line, "arm"); (b.arch == "arm") != want || b.print != strings.Contains(c.line, "-x") {
			t.Errorf("%s: %+v", c.line, b)
		}
	}
}

// Each carriage return before a line feed goes, however the output is cut; others stay.
func TestLineEnds(t *testing.T) {
	const text, want = "a\r\nb\rc\r\r\nd\n\r\n\r", "a\nb\rc\r\nd\n\n\r"
	for size := 1; size <= len(text); size++ {
		var out bytes.Buffer
		l := &lineEnds{to: &out}
		for part := range slices.Chunk([]byte(text), size) {
			if n, err := l.Write(part); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
		}
		l.flush()
		if out.String() != want {
			t.Errorf("in parts of %d: %q, want %q", size, out.String(), want)
		}
	}
}

// What cannot be booted is told in one line.
func TestBootRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	host, err := exec.LookPath("true")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{text: "not an ELF file", host: host, filepath.Join(dir, "none"): "no such file"} {
		err := run([]string{"boot", name}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

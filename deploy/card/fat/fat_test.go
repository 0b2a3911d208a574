package fat

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// size is that of the card's partition, the least with enough clusters.
const size = 63 << 20

var when = time.Unix(1700000000, 0)

// check writes the files, has dosfstools look for faults and mtools read them, and compares.
func check(t *testing.T, files []File) error {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "fat")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	name, out := filepath.Join(dir, "fat"), filepath.Join(dir, "out")
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	v := &Volume{Size: size, Label: "TAMAGOTAKE", Time: when, Files: files}
	if err := errors.Join(f.Truncate(size), v.Write(f), f.Close(), os.Mkdir(out, 0o755)); err != nil {
		return err
	}
	fsck := exec.Command("fsck.fat", "-n", "-v", name)
	fsck.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	if said, err := fsck.CombinedOutput(); err != nil || !bytes.Contains(said, []byte("2 FATs, 32 bit entries")) ||
		!bytes.Contains(said, fmt.Appendf(nil, ": %d files, ", len(files)+1)) { // with the label
		return fmt.Errorf("fsck.fat: %v\n%s", err, said)
	}
	if len(files) > 0 {
		mcopy := exec.Command("mcopy", "-i", name, "::*", out)
		mcopy.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "MTOOLS_SKIP_CHECK=0")
		if said, err := mcopy.CombinedOutput(); err != nil {
			return fmt.Errorf("mcopy: %v\n%s", err, said)
		}
	}
	list, err := os.ReadDir(out)
	if err != nil {
		return err
	}
	if len(list) != len(files) {
		return fmt.Errorf("%d files of %d: %v", len(list), len(files), list)
	}
	for _, f := range files {
		got, err := os.ReadFile(filepath.Join(out, f.Name))
		if err != nil || !bytes.Equal(got, f.Bytes) {
			return fmt.Errorf("%q: %d bytes of %d, %v", f.Name, len(got), len(f.Bytes), err)
		}
	}
	return nil
}

func needTools(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"fsck.fat", "mcopy"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("no %s: make test-host installs it", tool)
		}
	}
}

func TestVolume(t *testing.T) {
	needTools(t)
	many := func(n int, name string, bytes int) (files []File) {
		for i := range n {
			files = append(files, File{fmt.Sprintf(name, i), make([]byte, bytes)})
		}
		return files
	}
	for name, files := range map[string][]File{
		"nothing":               nil,
		"empty file":            {{"empty", nil}},
		"empty between others":  {{"a.txt", []byte("a")}, {"empty.txt", nil}, {"b.txt", []byte("b")}},
		"leading dot":           {{".config", []byte("x")}, {"..config", []byte("y")}, {".a.b", nil}},
		"short names alike":     {{"long name 1.txt", []byte("1")}, {"long name 2.txt", []byte("2")}, {"LONGNA~1.TXT", []byte("3")}},
		"its own short name":    {{"config.txt", []byte("x")}, {"CONFIG~1.TXT", []byte("y")}},
		"longest name":          {{strings.Repeat("n", 251) + ".txt", []byte("x")}, {strings.Repeat("n", 250) + ".txt", []byte("y")}},
		"thirteen, a full part": {{"thirteen.long", []byte("x")}},
		"beyond ASCII":          {{"größe.txt", []byte("x")}, {"卵茸", []byte("y")}}, // mtools knows no pairs of surrogates
		"directory of clusters": many(400, "a file with a long name %d.data", 513),
		"ten with one start":    many(12, "same start %d", 0),
		"large":                 {{"large", bytes.Repeat([]byte("x"), 32<<20)}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := check(t, files); err != nil {
				t.Error(err)
			}
		})
	}
}

// Names of all kinds and files of all sizes: what is taken is there, under its name, on a file
// system without a fault.
func TestAgainstTools(t *testing.T) {
	needTools(t)
	names := rapid.StringOfN(rapid.SampledFrom([]rune("aaabAB1~. .+[]-_=,;'#é茸")), 1, 20, -1)
	sizes := rapid.SampledFrom([]int{0, 0, 1, 511, 512, 513, 1024, 5000})
	rapid.Check(t, func(rt *rapid.T) {
		var files []File
		seen := map[string]bool{}
		for i, name := range rapid.SliceOfN(names, 0, 12).Draw(rt, "names") {
			content := bytes.Repeat([]byte{byte('a' + i)}, sizes.Draw(rt, "size"))
			bad := strings.HasPrefix(name, " ") || strings.HasSuffix(name, " ") || strings.HasSuffix(name, ".")
			if err := CheckName(name); (err != nil) != bad {
				rt.Fatalf("%q: %v", name, err)
			}
			if !bad && !seen[strings.ToUpper(name)] {
				files = append(files, File{name, content})
				seen[strings.ToUpper(name)] = true
			}
		}
		if err := check(t, files); err != nil {
			rt.Fatalf("%v", err)
		}
	})
}

func TestRefused(t *testing.T) {
	for name, want := range map[string]string{
		"": "is empty", "a\xff": "is not UTF-8", " a": "begins with a space", "a ": "ends with a space", "a.": "ends with a dot",
		".": "ends with a dot", "a:b": "has ':' in it", "a\nb": `has '\n' in it`, `a\b`: "in it", "what?": "in it",
		strings.Repeat("n", 256): "more than 255 characters", strings.Repeat("🥚", 128): "more than 255 characters",
	} {
		v := &Volume{Size: size, Time: when, Files: []File{{"a", nil}, {name, nil}}}
		if err := v.Write(nowhere{}); !errors.Is(err, ErrName) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
	for name, v := range map[string]*Volume{
		"two files are called K":      {Size: size, Files: []File{{"k", nil}, {"K", nil}}},
		"two files are called \u212a": {Size: size, Files: []File{{"k", nil}, {"\u212a", nil}}}, // the sign for kelvin
		"the files do not fit":        {Size: size, Files: []File{{"a", make([]byte, size)}}},
		"has at least 65525 clusters": {Size: 32 << 20},
		"clusters in whole sectors":   {Size: size + 1},
		"too many for one directory":  {Size: size, Files: manyFiles(65536)},
	} {
		if err := v.Write(nowhere{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %s", err, name)
		}
	}
}

func manyFiles(n int) (files []File) {
	for i := range n {
		files = append(files, File{fmt.Sprint(i), nil})
	}
	return files
}

// nowhere is a disk that nothing may be written to.
type nowhere struct{}

func (nowhere) WriteAt(p []byte, off int64) (int, error) { return len(p), nil }

// What is left of a long name in its parts is the name, at every length.
func TestLongEntries(t *testing.T) {
	for n := 1; n <= longMax; n++ {
		name := strings.Repeat("n", n-1) + "x"
		entries := longEntries(name, [11]byte{})
		var units []uint16
		for ; len(entries) > 0; entries = entries[entryBytes:] {
			e := entries[:entryBytes]
			var part []uint16
			for _, at := range []int{1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30} {
				part = append(part, uint16(e[at])|uint16(e[at+1])<<8)
			}
			units = append(part, units...)
		}
		if end := slices.Index(units, 0); end >= 0 {
			units = units[:end]
		}
		if got := string(utf16.Decode(units)); got != name {
			t.Fatalf("%q, want %q", got, name)
		}
	}
}

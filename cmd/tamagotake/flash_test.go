package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cardFile is a file that passes for a card image.
func cardFile(t *testing.T, dir string) string {
	t.Helper()
	b := bytes.Repeat([]byte{7}, 3<<20)
	b[510], b[511], b[0x400] = 0x55, 0xaa, 0xd1
	name := filepath.Join(dir, "card.img")
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// flash writes after a yes, or -yes; and to a file that looks like no card, with -force. The checks
// of disks are deploy/flash's own.
func TestFlash(t *testing.T) {
	dir := t.TempDir()
	image := cardFile(t, dir)
	want, err := os.ReadFile(image)
	if err != nil {
		t.Fatal(err)
	}
	stdin := os.Stdin
	defer func() { os.Stdin = stdin }()
	for _, c := range []struct {
		flags, answer, disk, fails string
	}{
		{"", "yes\n", "", ""},
		{"-yes", "", "", ""},
		{"-yes -force", "", "small", ""},
		{"", "no\n", "", "flash: nothing was written: type yes, or say -yes"},
		{"", "", "", "flash: nothing was written"},
		{"-force", "", "small", "flash: nothing was written"},
		{"-yes", "", "small", "is a file of 5 bytes and no card, the image has 3.1 MB: if it is the right one, say -force"},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		w.WriteString(c.answer)
		w.Close()
		os.Stdin = r
		disk := filepath.Join(dir, "disk")
		if err := os.WriteFile(disk, []byte(c.disk), 0o644); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err = run(append(append([]string{"flash"}, strings.Fields(c.flags)...), "-dev", disk, image), &out)
		r.Close()
		got, _ := os.ReadFile(disk)
		switch {
		case c.fails == "" && (err != nil || !bytes.Equal(got, want) || !strings.HasSuffix(out.String(), "done, and the same when read back\n")):
			t.Errorf("flash %s, %q: %v\n%s", c.flags, c.answer, err, &out)
		case c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails) || strings.Contains(err.Error(), "\n") || string(got) != c.disk):
			t.Errorf("flash %s, %q: %v, %d bytes are on it", c.flags, c.answer, err, len(got))
		}
	}
	err = run([]string{"flash", image}, new(bytes.Buffer))
	if err == nil || !strings.Contains(err.Error(), "flash: which disk? say -dev /dev/sdX") {
		t.Error(err)
	}
}

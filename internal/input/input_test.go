package input_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/tamagotake/tamagotake/internal/input"

	"golang.org/x/sys/unix"
)

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	file, link, fifo, large := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "fifo"), filepath.Join(dir, "large")
	content := bytes.Repeat([]byte("x"), 1000)
	if err := errors.Join(os.WriteFile(file, content, 0o600), os.Symlink(file, link), unix.Mkfifo(fifo, 0o600), os.WriteFile(large, nil, 0o600), os.Truncate(large, 1<<40)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		most int64
		want error
	}{
		{file, 1000, nil}, {file, 1 << 40, nil}, {link, 1000, nil},
		{file, 999, input.ErrTooLong}, {file, 0, input.ErrTooLong}, {large, 1 << 20, input.ErrTooLong},
		{fifo, 1000, input.ErrSpecial}, {dir, 1000, input.ErrSpecial}, {"/dev/zero", 1000, input.ErrSpecial},
		{filepath.Join(dir, "none"), 1000, fs.ErrNotExist},
	} {
		got, err := input.ReadFile(c.name, c.most)
		if !errors.Is(err, c.want) || (c.want == nil) != bytes.Equal(got, content) {
			t.Errorf("%s, at most %d: %d bytes, %v, want %v", c.name, c.most, len(got), err, c.want)
		}
	}
	// It says that it is regular and has no size, and has a content all the same.
	if got, err := input.ReadFile("/proc/self/maps", 10); !errors.Is(err, input.ErrTooLong) {
		t.Errorf("a file without a size: %d bytes, %v", len(got), err)
	}
}

package port

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestBuildTime(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	if got, err := buildTime("."); err != nil || got.Unix() != 1700000000 {
		t.Errorf("SOURCE_DATE_EPOCH=1700000000: %v, %v", got, err)
	}
	for _, bad := range []string{"-1", "today", "1e9", "9000000001"} {
		t.Setenv("SOURCE_DATE_EPOCH", bad)
		if got, err := buildTime("."); err == nil {
			t.Errorf("SOURCE_DATE_EPOCH=%s was taken for %v", bad, got)
		}
	}
}

// Without a repository the newest Go file counts, and nothing else.
func TestBuildTimeOfFiles(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "")
	dir := t.TempDir()
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	base := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, at := range map[string]time.Time{"a.go": base, "sub/b.go": base.Add(time.Hour), "c.txt": base.Add(2 * time.Hour)} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := buildTime(dir); err != nil || !got.Equal(base.Add(time.Hour)) {
		t.Errorf("%v, %v; want %v", got, err, base.Add(time.Hour))
	}
}

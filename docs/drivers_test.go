package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var quoted = regexp.MustCompile("(?s)`(drivers/[a-z0-9/_]+\\.go)`:\n\n```go\n(.*?)```")

// The pieces of Go in the driver guide are those of the package that it is about, which is
// compiled and tested.
func TestDriverGuideIsTheSource(t *testing.T) {
	page, err := os.ReadFile("drivers.md")
	if err != nil {
		t.Fatal(err)
	}
	pieces := quoted.FindAllSubmatch(page, -1)
	if len(pieces) < 10 {
		t.Errorf("only %d pieces found", len(pieces))
	}
	for _, p := range pieces {
		source, err := os.ReadFile(filepath.Join("..", string(p[1])))
		if err != nil {
			t.Error(err)
			continue
		}
		if !strings.Contains(string(source), "\n"+string(p[2])) {
			t.Errorf("not in %s any more:\n%s", p[1], p[2])
		}
	}
}

// hasSkeleton checks what make new-driver NAME=sample has written, and removes it.
func hasSkeleton(t *testing.T) {
	dir := filepath.Join("..", "drivers", "sample")
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if out, err := shell(t, "go vet ./drivers/sample && go test ./drivers/sample").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := shell(t, "make new-driver NAME=sample").CombinedOutput(); err == nil || !strings.Contains(string(out), "there is a drivers/sample already") {
		t.Errorf("written again: %v\n%s", err, out)
	}
}

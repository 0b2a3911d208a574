package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var classQuote = regexp.MustCompile("(?s)`((?:drivers|kernel)/[a-z0-9/_]+\\.go)`:\n\n```go\n(.*?)```")

// The pages of the driver classes quote source that is compiled, and name packages that are there.
func TestClassPagesAreTheSource(t *testing.T) {
	pages, err := filepath.Glob("classes/*.md")
	if err != nil || len(pages) < 6 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, name := range pages {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		pieces := classQuote.FindAllStringSubmatch(string(page), -1)
		if len(pieces) != strings.Count(string(page), "```go") || len(pieces) == 0 {
			t.Errorf("%s: %d pieces with a source, %d in all", name, len(pieces), strings.Count(string(page), "```go"))
		}
		for _, p := range pieces {
			source, err := os.ReadFile(filepath.Join("..", p[1]))
			if err != nil {
				t.Error(err)
			} else if !strings.Contains(string(source), "\n"+p[2]) {
				t.Errorf("%s: not in %s any more:\n%s", name, p[1], p[2])
			}
		}
		for _, m := range regexp.MustCompile("`((?:drivers|kernel|examples|rt)/[a-z0-9/_]+)`").FindAllStringSubmatch(string(page), -1) {
			if info, err := os.Stat(filepath.Join("..", m[1])); err != nil || !info.IsDir() {
				t.Errorf("%s: there is no package %s", name, m[1])
			}
		}
	}
}

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

// The README's pieces of Go are those of the example that it names.
func TestReadmeIsTheSource(t *testing.T) {
	page, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../examples/twolevel/main.go")
	if err != nil {
		t.Fatal(err)
	}
	pieces := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(pieces) != 2 {
		t.Errorf("%d pieces", len(pieces))
	}
	for _, p := range pieces {
		if !strings.Contains(string(source), "\n"+p[1]) {
			t.Errorf("not in examples/twolevel:\n%s", p[1])
		}
	}
}

// Links between the pages lead somewhere.
func TestLinks(t *testing.T) {
	pages, _ := filepath.Glob("*.md")
	more, _ := filepath.Glob("classes/*.md")
	heading := regexp.MustCompile(`(?m)^#+ (.*)$`)
	anchors := func(text string) map[string]bool {
		list := map[string]bool{}
		for _, h := range heading.FindAllStringSubmatch(text, -1) {
			a := strings.ReplaceAll(strings.ToLower(h[1]), " ", "-")
			list[regexp.MustCompile("[^a-z0-9_-]").ReplaceAllString(a, "")] = true
		}
		return list
	}
	for _, name := range append(append(pages, more...), "../README.md", "../CONTRIBUTING.md", "../SECURITY.md", "../CHANGELOG.md") {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#\s]*)(#[^)]*)?\)`).FindAllStringSubmatch(string(page), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			to := name
			if m[1] != "" {
				to = filepath.Join(filepath.Dir(name), m[1])
			}
			text, err := os.ReadFile(to)
			if info, e := os.Stat(to); err != nil && (e != nil || !info.IsDir()) {
				t.Errorf("%s: %s", name, err)
			} else if m[2] != "" && !anchors(string(text))[m[2][1:]] {
				t.Errorf("%s: no heading %s in %s", name, m[2], to)
			}
		}
	}
}

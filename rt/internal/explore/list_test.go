//go:build !explore && !tamago

package explore

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// concurrent is what says of a file that more than one thread of control works on the same: an
// atomic operation, or one with interrupts masked.
var concurrent = regexp.MustCompile(`"sync/atomic"|"github.com/tamagotake/tamagotake/internal/(atom|critical)"|MaskInterrupts\(|LoadMasked|StoreMasked|Masked\(|\.Enter\(\)`)

// row is one of the table in docs/models.md.
type row struct {
	modelled, tested bool
	names            []string // package.Name, where * is anything
	mutants          int
}

func table(t *testing.T) map[string]row {
	t.Helper()
	text, err := os.ReadFile("../../../docs/models.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]row{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+\\.go)` \\| ([^|]+) \\| ([^|]*) \\| ([^|]*) \\|$").FindAllStringSubmatch(string(text), -1) {
		if _, ok := rows[m[1]]; ok {
			t.Errorf("%s is twice in the table", m[1])
		}
		by, tested := strings.CutPrefix(strings.TrimSpace(m[3]), "tested: ")
		r := row{modelled: m[2] == "modelled", tested: tested}
		if by != "" {
			r.names = strings.Split(by, ", ")
		}
		r.mutants, _ = strconv.Atoi(strings.TrimSpace(m[4]))
		rows[m[1]] = r
	}
	if len(rows) == 0 {
		t.Fatal("no table")
	}
	return rows
}

// sources calls f for each Go file of the project.
func sources(t *testing.T, f func(path, text string)) {
	t.Helper()
	const root = "../../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (path == filepath.Join(root, "build") || len(name) > 2 && strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		short, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(short), string(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every file with atomics or masked accesses is in the table of docs/models.md, with the models
// that cover it or what covers it otherwise, and all of these exist.
func TestEveryConcurrentFileIsListed(t *testing.T) {
	rows := table(t)
	files := map[string]bool{}
	tests := map[string]bool{} // package.TestName, and package.Name of models
	models := map[string]bool{}
	comment := regexp.MustCompile(`(?m)//.*$`)
	sources(t, func(path, text string) {
		files[path] = true
		dir := filepath.ToSlash(filepath.Dir(path))
		if strings.HasSuffix(path, "_test.go") {
			for _, m := range regexp.MustCompile(`(?m)^func Test(\w+)\(`).FindAllStringSubmatch(text, -1) {
				tests[dir+".Test"+m[1]] = true
				if model, ok := strings.CutPrefix(m[1], "Model"); ok {
					models[filepath.Base(dir)+"."+model] = true
				}
			}
			return
		}
		if _, ok := rows[path]; !ok && concurrent.MatchString(comment.ReplaceAllString(text, "")) {
			t.Errorf("%s has atomics or masked accesses, and is not in the table of docs/models.md", path)
		}
	})
	named := map[string]bool{}
	for path, r := range rows {
		if !files[path] {
			t.Errorf("docs/models.md has %s, which is no file", path)
		}
		if (r.modelled || r.tested) && len(r.names) == 0 {
			t.Errorf("docs/models.md says %s is covered, and not by what", path)
		}
		there := models
		if r.tested {
			there = tests
		}
		for _, name := range r.names {
			pattern := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(name), `\*`, `\w*`) + "$")
			n := 0
			for have := range there {
				if pattern.MatchString(have) {
					n++
					named[have] = true
				}
			}
			if n == 0 {
				t.Errorf("docs/models.md says that %s is covered by %s, which is none", path, name)
			}
		}
	}
	for model := range models {
		if !named[model] {
			t.Errorf("the model %s is named by no row of docs/models.md", model)
		}
	}
}

// The numbers of mutants in the table are right, and each is of a file with a model.
func TestMutantsAreListed(t *testing.T) {
	rows := table(t)
	count := map[string]int{}
	for _, m := range mutants {
		count[filepath.ToSlash(filepath.Join("rt", m.file))]++
	}
	var wrong []string
	for path, n := range count {
		if r := rows[path]; !r.modelled || r.mutants != n {
			wrong = append(wrong, fmt.Sprintf("%s has %d mutants, docs/models.md says %d", path, n, r.mutants))
		}
	}
	for path, r := range rows {
		if r.mutants != 0 && count[path] == 0 {
			wrong = append(wrong, path+" has no mutant, and docs/models.md says it has")
		}
	}
	slices.Sort(wrong)
	for _, w := range wrong {
		t.Error(w)
	}
}

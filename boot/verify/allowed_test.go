package verify

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every operation of rt/tasksync that docs/sync.md names may be used where it says so.
func TestAllowed(t *testing.T) {
	for _, arch := range []string{"amd64", "arm"} {
		t.Run(arch, func(t *testing.T) {
			v := verifyImage(t, arch, "boot/verify/images/allowed")
			for _, r := range v.refusals {
				t.Errorf("refused: %v", r)
			}
			found := map[string]int{}
			for _, r := range v.roots {
				found[r.Name] = len(r.Functions)
			}
			for _, name := range []string{"main.realtime", "main.entry", "github.com/tamagotake/tamagotake/rt/tasksync.undoWait"} {
				if found[name] < 10 {
					t.Errorf("%s reaches %d functions", name, found[name])
				}
			}
		})
	}
}

// The table of docs/sync.md says of each operation what the image does, and has them all:
// what the package exports and is used from a poll or any level.
func TestTableOfWaits(t *testing.T) {
	page, err := os.ReadFile("docs/sync.md")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{"entry": nil, "realtime": nil}
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([\\w.]+)` \\| (yes|no) \\| (yes|no) \\| yes \\|$").FindAllStringSubmatch(string(page), -1) {
		listed = append(listed, row[1])
		if row[2] == "yes" {
			table["entry"] = append(table["entry"], row[1])
		}
		if row[3] == "yes" {
			table["realtime"] = append(table["realtime"], row[1])
		}
	}
	for function, calls := range callsOf(t, "boot/verify/images/allowed/main.go") {
		for _, c := range calls {
			if !slices.Contains(table[function], c) {
				t.Errorf("%s calls %s, and the table does not say that it may", function, c)
			}
		}
		for _, c := range table[function] {
			if !slices.Contains(calls, c) {
				t.Errorf("the table says that %s may call %s, and it does not", function, c)
			}
		}
	}
	exported := operations(t, "rt/tasksync")
	for _, name := range exported {
		if !slices.Contains(listed, name) {
			t.Errorf("%s is not in the table", name)
		}
	}
	for _, name := range listed {
		if !slices.Contains(exported, name) {
			t.Errorf("the table has %s, and the package has not", name)
		}
	}
	if len(listed) < 50 {
		t.Errorf("only %d rows", len(listed))
	}
}

// callsOf returns what operations of rt/tasksync the functions of the image call.
func callsOf(t *testing.T, name string) map[string][]string {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	calls := map[string][]string{"entry": nil, "realtime": nil}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && v.Type != nil {
			for _, id := range v.Names {
				types[id.Name] = typeName(v.Type)
			}
		}
		return true
	})
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Name.Name == "main" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			what := s.Sel.Name
			if on := fmt.Sprint(s.X); on != "tasksync" {
				what = types[on] + "." + what
			}
			calls[f.Name.Name] = append(calls[f.Name.Name], what)
			return true
		})
	}
	return calls
}

// typeName returns the name of a type, without package and parameters.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// operations returns the exported functions and methods of a package.
func operations(t *testing.T, dir string) []string {
	names := map[string]bool{}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range files {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), dir+"/"+entry.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() {
				continue
			}
			name := f.Name.Name
			if f.Recv != nil {
				name = typeName(f.Recv.List[0].Type) + "." + name
			}
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// The directives, each on a line of its own at the end of a function's comment.
const (
	mark      = "//tamagotake:realtime"  // a poll function of a real-time task
	markUndo  = "//tamagotake:undo"      // takes back what a task waits for
	markEntry = "//tamagotake:interrupt" // is called from an interrupt entry
)

// marked is a marked function. Those that undo a wait are called with interrupts masked, on
// the stack of the executor: none that could grow, as at an interrupt's entry.
type marked struct {
	name  string // whole, as the linker has it
	pkg   string
	mark  string
	place string // file:line of the directive
}

// missing says that a marked function of the program itself is not in its image. Of a
// library, an image may use less than there is.
func (m marked) missing(im *image) error {
	if im.table.knows(m.name) {
		return fmt.Errorf("%s: %s is marked, but only called, and was inlined: what the linker has no function of can be no task", m.place, m.name)
	}
	return fmt.Errorf("%s: %s is marked, but %s does not have it: nothing refers to it", m.place, m.name, im.name)
}

// almost finds comments that were meant to be directives: with spaces, with capitals, in
// the other kind of comment.
var almost = regexp.MustCompile(`(?i)^(//\s*|/\*\s*)tamagotake\s*:\s*\w*\s*(\*/)?$`)

// marks returns the marked functions of the packages below dir that are for this image:
// of files that its machine and tags choose, in its command or in packages that it may use.
// A directive that is none, or that is on no function, is an error.
func marks(dir string, im *image) (list []marked, err error) {
	var wrong []error
	err = filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != dir && (base == "testdata" || strings.HasPrefix(base, "_") || strings.HasPrefix(base, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		found, problems, err := marksOf(name, im)
		wrong = append(wrong, problems...)
		list = append(list, found...)
		return err
	})
	return list, errors.Join(append(wrong, err)...)
}

// marksOf returns the marked functions of a file, and the directives in it that are wrong.
func marksOf(name string, im *image) (list []marked, wrong []error, err error) {
	text, err := os.ReadFile(name)
	if err != nil || !strings.Contains(strings.ToLower(string(text)), "tamagotake") {
		return nil, nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		return nil, nil, err
	}
	here, err := chosen(name, im)
	if err != nil {
		return nil, nil, err
	}
	pkg, err := importPath(name)
	switch {
	case file.Name.Name == "main":
		here = here && (pkg == im.main || err != nil) // go build also takes files of no module
		pkg = "main"
	case err != nil:
		return nil, nil, err
	}
	functions := map[*ast.Comment]*ast.FuncDecl{}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Doc != nil {
			for _, c := range f.Doc.List {
				functions[c] = f
			}
		}
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			place := set.Position(c.Pos())
			at := fmt.Sprintf("%s:%d", filepath.ToSlash(place.Filename), place.Line)
			exact := strings.HasPrefix(c.Text, "//tamagotake:")
			if !exact && !almost.MatchString(c.Text) {
				continue
			}
			f := functions[c]
			switch {
			case c.Text != mark && c.Text != markUndo && c.Text != markEntry:
				wrong = append(wrong, fmt.Errorf("%s: %s is no directive: there are %s, %s and %s, without spaces and with nothing behind", at, c.Text, mark, markUndo, markEntry))
			case f == nil:
				wrong = append(wrong, fmt.Errorf("%s: %s is on no function: write it in the comment directly before one (no variable, type or closure)", at, c.Text))
			case f.Recv != nil:
				wrong = append(wrong, fmt.Errorf("%s: %s is a method: a task is made of a function, mark that", at, f.Name.Name))
			case f.Type.TypeParams != nil:
				wrong = append(wrong, fmt.Errorf("%s: %s has type parameters, and each use of it is another function: mark functions without", at, f.Name.Name))
			case here:
				list = append(list, marked{linkName(pkg) + "." + f.Name.Name, pkg, c.Text, at})
			}
		}
	}
	return list, wrong, nil
}

// chosen reports whether a file is compiled for the image's machine and tags.
func chosen(name string, im *image) (bool, error) {
	c := build.Default
	c.GOOS, c.GOARCH, c.BuildTags, c.CgoEnabled = im.goos, im.goarch, im.tags, false
	return c.MatchFile(filepath.Dir(name), filepath.Base(name))
}

// importPath returns that of the package which a file is of: by the go.mod above it.
func importPath(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	dir := filepath.Dir(abs)
	for root := dir; ; root = filepath.Dir(root) {
		text, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			m := regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)`).FindSubmatch(text)
			rel, err := filepath.Rel(root, dir)
			if m == nil || err != nil {
				return "", fmt.Errorf("%s: no module", filepath.Join(root, "go.mod"))
			}
			return path.Join(string(m[1]), filepath.ToSlash(rel)), nil
		}
		if root == filepath.Dir(root) {
			return "", fmt.Errorf("%s: in no module: there is no go.mod above it", name)
		}
	}
}

// linkName is how the linker writes an import path: the dots of its last element are
// escaped (cmd/internal/objabi.PathToPrefix).
func linkName(pkg string) string {
	slash := strings.LastIndexByte(pkg, '/')
	return pkg[:slash+1] + strings.ReplaceAll(pkg[slash+1:], ".", "%2e")
}

package verify

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tamagotake/tamagotake/boot/port"
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

	receiver string // of a method, the name of the type that it points to
}

// missing says that a marked function of the program itself is not in its image. Of a
// library, an image may use less than there is.
func (m marked) missing(im *image) error {
	if im.table.knows(m.name) {
		return fmt.Errorf("%s: %s is marked, but only called, and was inlined: what the linker has no function of can be no task", m.place, m.name)
	}
	return fmt.Errorf("%s: %s is marked, but %s does not have it: nothing refers to it", m.place, m.name, im.name)
}

// almost finds comments that were meant to be directives: with spaces, with capitals, without
// the colon, with a full stop, in the other kind of comment, or with another name of the tool.
var almost = regexp.MustCompile(`(?i)^(//|/\*)\s*(tamagotake\s*:\s*\w*|(tamagotake\s+|tama\w*\s*[:-]\s*)(realtime|undo|interrupt))\s*[.;]?\s*(\*/)?$`)

// CheckMarks checks the directives of packages without an image of them. The error has a line
// for each comment that is no directive although it looks like one, and for each directive that
// is on no function that can be a task. [Image] checks them too.
func CheckMarks(packages []port.Package) error {
	_, err := marks(packages, "")
	return err
}

// marks returns the marked functions of the packages, as far as the image's machine and tags
// choose their files. A directive that is none, or that is on no function, is an error. main is
// the import path of the program.
func marks(packages []port.Package, main string) (list []marked, err error) {
	var wrong []error
	for _, p := range packages {
		pkg := p.ImportPath
		if pkg == main {
			pkg = "main"
		}
		for _, name := range p.GoFiles {
			found, problems, err := marksOf(filepath.Join(p.Dir, name), pkg)
			if err != nil {
				return nil, err
			}
			wrong = append(wrong, problems...)
			list = append(list, found...)
		}
		if i := slices.IndexFunc(list, func(m marked) bool { return m.pkg == pkg && m.receiver != "" }); i >= 0 {
			names, err := aliases(p)
			if err != nil {
				return nil, err
			}
			for _, m := range list[i:] {
				if m.pkg == pkg && names[m.receiver] {
					wrong = append(wrong, fmt.Errorf("%s: %s is another name of a type, and the linker names methods by the type: write that", m.place, m.receiver))
				}
			}
		}
	}
	return list, errors.Join(wrong...)
}

// aliases returns the names of types of a package that are other names of a type.
func aliases(p port.Package) (names map[string]bool, err error) {
	names = map[string]bool{}
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				for _, spec := range d.Specs {
					if t := spec.(*ast.TypeSpec); t.Assign.IsValid() {
						names[t.Name.Name] = true
					}
				}
			}
		}
	}
	return names, nil
}

// marksOf returns the marked functions of a file, and the directives in it that are wrong.
func marksOf(name, pkg string) (list []marked, wrong []error, err error) {
	text, err := os.ReadFile(name)
	if err != nil || !strings.Contains(strings.ToLower(string(text)), "tama") {
		return nil, nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
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
			at := fmt.Sprintf("%s:%d", relative(place.Filename), place.Line)
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
			default:
				name, receiver, err := symbol(f)
				if err != nil {
					wrong = append(wrong, fmt.Errorf("%s: %s %w", at, f.Name.Name, err))
					continue
				}
				list = append(list, marked{linkName(pkg) + "." + name, pkg, c.Text, at, receiver})
			}
		}
	}
	return list, wrong, nil
}

// symbol returns the name that the linker has for a function, behind that of its package: F, or
// (*T).F for a method, of which it returns the T as well.
func symbol(f *ast.FuncDecl) (name, receiver string, err error) {
	generic := errors.New("has type parameters, and each use of it is another function: mark functions without")
	if f.Type.TypeParams != nil {
		return "", "", generic
	}
	if f.Recv == nil {
		return f.Name.Name, "", nil
	}
	pointer, ok := ast.Unparen(f.Recv.List[0].Type).(*ast.StarExpr)
	if !ok {
		return "", "", errors.New("is a method of a value: what a task polls has an address, write it for a pointer, as func (t *T)")
	}
	of, ok := ast.Unparen(pointer.X).(*ast.Ident)
	if !ok {
		return "", "", generic
	}
	return "(*" + of.Name + ")." + f.Name.Name, of.Name, nil
}

// linkName is how the linker writes an import path: the dots of its last element are
// escaped (cmd/internal/objabi.PathToPrefix).
func linkName(pkg string) string {
	slash := strings.LastIndexByte(pkg, '/')
	return pkg[:slash+1] + strings.ReplaceAll(pkg[slash+1:], ".", "%2e")
}

//go:build !explore && !tamago

package explore

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// All mutants are built into one program, and its environment says which one it is: a build for
// each would take as long as all of the rest.
//
//	func (h *Header) EndMasked() bool {     func (h *Header) EndMasked() bool {
//		a                             -->	if mutant__ == 7 {
//		b                                		return h.EndMasked__7()
//	}                                        	}
//	                                         	a
//	                                         	b
//	                                         }
//	                                         func (h *Header) EndMasked__7() bool {
//	                                         	a
//	                                         }

// chooser is added to each package that has mutants.
const chooser = `package %s

import (
	"os"
	"strconv"
)

var mutant__, _ = strconv.Atoi(os.Getenv("EXPLORE_MUTANT"))
`

// changed is the text of a file with one mutant in it.
type changed struct {
	number int
	text   string
}

// merge makes one text of a file and of what mutants make of it, and returns its package too.
func merge(text string, mutants []changed) (merged, pkg string, err error) {
	original, err := parse(text)
	if err != nil {
		return "", "", err
	}
	dispatch := map[string]string{} // by function
	var copies strings.Builder
	for _, m := range mutants {
		file, err := parse(m.text)
		if err != nil {
			return "", "", fmt.Errorf("mutant %d: %w", m.number, err)
		}
		n := 0
		for key, f := range file.funcs {
			was := original.funcs[key]
			if was == nil {
				return "", "", fmt.Errorf("mutant %d adds %s", m.number, key)
			}
			if file.of(f) == original.of(was) {
				continue
			}
			n++
			name := fmt.Sprintf("%s__%d", f.Name.Name, m.number)
			dispatch[key] += fmt.Sprintf("\nif mutant__ == %d {\n%s\n}\n", m.number, call(was, name))
			copies.WriteString("\n" + file.renamed(f, name) + "\n")
		}
		if n == 0 {
			return "", "", fmt.Errorf("mutant %d changes no function", m.number)
		}
	}
	var edits []edit
	for key, f := range original.funcs {
		if dispatch[key] != "" {
			edits = append(edits, edit{original.at(f.Body.Lbrace) + 1, 0, dispatch[key]})
			edits = append(edits, original.named(f)...)
		}
	}
	return apply(text, edits) + copies.String(), original.ast.Name.Name, nil
}

type source struct {
	text  string
	set   *token.FileSet
	ast   *ast.File
	funcs map[string]*ast.FuncDecl
}

func parse(text string) (*source, error) {
	s := &source{text: text, set: token.NewFileSet(), funcs: map[string]*ast.FuncDecl{}}
	var err error
	if s.ast, err = parser.ParseFile(s.set, "", text, 0); err != nil {
		return nil, err
	}
	for _, d := range s.ast.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			s.funcs[s.receiver(f)+"."+f.Name.Name] = f
		}
	}
	return s, nil
}

func (s *source) at(p token.Pos) int { return s.set.Position(p).Offset }

func (s *source) of(n ast.Node) string { return s.text[s.at(n.Pos()):s.at(n.End())] }

func (s *source) receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	return s.of(f.Recv.List[0].Type)
}

// renamed is the function with its parameters and with another name.
func (s *source) renamed(f *ast.FuncDecl, name string) string {
	from := s.at(f.Pos())
	at := s.at(f.Name.Pos())
	return s.text[from:at] + name + s.text[at+len(f.Name.Name):s.at(f.End())]
}

// named gives names to parameters that have none, or _.
func (s *source) named(f *ast.FuncDecl) (edits []edit) {
	n := 0
	for _, list := range []*ast.FieldList{f.Recv, f.Type.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			if len(field.Names) == 0 {
				edits = append(edits, edit{s.at(field.Type.Pos()), 0, fmt.Sprintf("p__%d ", n)})
				n++
			}
			for _, name := range field.Names {
				if name.Name == "_" {
					edits = append(edits, edit{s.at(name.Pos()), 1, fmt.Sprintf("p__%d", n)})
				}
				n++
			}
		}
	}
	return edits
}

// call is the call of another function with the parameters of this one.
func call(f *ast.FuncDecl, name string) string {
	var args []string
	n := 0
	for _, list := range []*ast.FieldList{f.Recv, f.Type.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			names := field.Names
			if len(names) == 0 {
				names = []*ast.Ident{{Name: "_"}}
			}
			for _, id := range names {
				arg := id.Name
				if arg == "_" {
					arg = fmt.Sprintf("p__%d", n)
				}
				if _, ok := field.Type.(*ast.Ellipsis); ok {
					arg += "..."
				}
				args = append(args, arg)
				n++
			}
		}
	}
	var text string
	if f.Recv != nil {
		text = args[0] + "." + name + "(" + strings.Join(args[1:], ", ") + ")"
	} else {
		text = name + "(" + strings.Join(args, ", ") + ")"
	}
	if f.Type.Results == nil {
		return text + "\nreturn"
	}
	return "return " + text
}

// edit replaces some bytes of a text.
type edit struct {
	at, length int
	text       string
}

func apply(text string, edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return a.at - b.at })
	var b strings.Builder
	done := 0
	for _, e := range edits {
		b.WriteString(text[done:e.at] + e.text)
		done = e.at + e.length
	}
	return b.String() + text[done:]
}

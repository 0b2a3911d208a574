// Command verify proves on a linked image that nothing which runs in front of the Go
// runtime can reach what it must not: an allocator, a write barrier, a map, a channel, a
// defer, a lock, stack growth below the interrupt entry, or anything else of the runtime
// but a short list with reasons.
//
//	go run ./boot/verify [-json FILE] [-seal] [-q] [-v] IMAGE SOURCE...
//
//	image: symbols, code, lines
//	   |
//	roots: the interrupt entries, the executor, and each function of the SOURCE
//	   |   directories with the comment //tamagotake:realtime, or //tamagotake:undo
//	   |   for those that take back what a task waits for (rt/task.Wait), or
//	   |   //tamagotake:interrupt for those that are to be usable from an entry
//	   v
//	call graph: every instruction that the flow of control reaches; calls by address
//	   |        are refused but where rules.go says what is called
//	   v
//	what each root reaches, and how deep its stack gets; or a chain of calls, function
//	and file:line each, that ends in what is refused
//
// IMAGE is the linked program, before it is stripped. With -seal the verified poll functions
// are written into it, if nothing is refused, and a spawn of another as a real-time task fails
// with task.ErrUnmarked.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tamagotake/boot/output"
)

func main() {
	jsonName := flag.String("json", "", "file for what each root reaches")
	sealing := flag.Bool("seal", false, "write into the image which poll functions were verified")
	quiet := flag.Bool("q", false, "print only what is refused")
	verbose := flag.Bool("v", false, "print the functions of each root")
	flag.Parse()
	if flag.NArg() < 2 {
		fmt.Fprintln(os.Stderr, "usage: verify [-json FILE] [-seal] [-q] [-v] IMAGE SOURCE...")
		os.Exit(2)
	}
	moduleDir, _ = os.Getwd()
	if err := output.CheckAll(*jsonName); err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
	roots, refusals, err := run(flag.Arg(0), flag.Args()[1:])
	if err == nil && *jsonName != "" {
		var text []byte
		if text, err = json.MarshalIndent(roots, "", "  "); err == nil {
			err = output.WriteFile(*jsonName, append(text, '\n'), 0o644)
		}
	}
	if err == nil && *sealing && len(refusals) == 0 {
		err = seal(flag.Arg(0), roots)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
	for _, r := range roots {
		if *quiet {
			break
		}
		fmt.Printf("%-40s %3d functions, at most %4d of %5d bytes of stack\n", r.Name, len(r.Functions), r.Deepest, r.Stack)
		if *verbose {
			fmt.Println("   ", strings.Join(r.Functions, "\n    "))
		}
	}
	for _, r := range refusals {
		fmt.Fprintf(os.Stderr, "refused: %v\n", r)
	}
	if len(refusals) > 0 {
		fmt.Fprintf(os.Stderr, "verify: %s: %d refused; docs/verify.md says how to read this\n", flag.Arg(0), len(refusals))
		os.Exit(1)
	}
}

// run verifies the image.
func run(name string, sources []string) ([]*root, []refusal, error) {
	im, err := open(name)
	if err != nil {
		return nil, nil, err
	}
	w := &walker{im: im, bodies: map[*function]*body{}, reported: map[string]bool{}}
	roots := entries(im)
	if len(roots) == 0 {
		return nil, nil, fmt.Errorf("%s has no interrupt entry: not an image of this kernel", name)
	}
	polls := 0
	for _, dir := range sources {
		marked, err := marks(dir)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range marked {
			if slices.ContainsFunc(roots, func(r *root) bool { return r.Name == m.name }) {
				continue // marked in a file for each machine
			}
			for _, f := range im.named(m.name) {
				roots = append(roots, &root{Name: m.name, Entry: m.entry, undo: m.undo, fn: f, Stack: pollStack(im)})
				if !m.entry {
					polls++
				}
			}
		}
	}
	if polls == 0 {
		return nil, nil, fmt.Errorf("no function marked %s in %s is in %s", mark, strings.Join(sources, ", "), name)
	}
	for _, r := range roots {
		w.verify(r)
	}
	return roots, w.refusals, nil
}

// entryRoots are where interrupts and exceptions come in, and what those call by address.
// The stacks are those of hal: on amd64 the entry, the executor and its polls share one.
var entryRoots = map[string]int{
	"interrupt": 0x4000, "nonMaskable": 0x4000, "exception": 0x4000,
	"tamagotake/hal/amd64.deliver": 0x4000, "tamagotake/hal/amd64.others": 0x4000, "tamagotake/hal/amd64.nested": 0x4000,
	"tamagotake/hal/amd64.note": 0x4000, "tamagotake/hal/amd64.run": 0x4000,
	"tamagotake/hal/amd64.contain": 0x4000, "tamagotake/hal/amd64.enter": 0x4000,
	"tamagotake/hal/arm.irqEntry": 0x2000, "tamagotake/hal/arm.run": 0x2000,
	"tamagotake/hal/arm.contain": 0x2000, "tamagotake/hal/arm.enter": 0x2000,
	"tamagotake/hal/arm.dataAbort": 0x1000, "tamagotake/hal/arm.undefined": 0x1000, "tamagotake/hal/arm.prefetchAbort": 0x1000,
	"tamagotake/hal.press":     0x2000,
	"tamagotake/rt/sched.Next": 0x2000, "tamagotake/rt/sched.Polled": 0x2000,
}

func entries(im *image) (roots []*root) {
	for name, stack := range entryRoots {
		for _, f := range im.named(name) {
			roots = append(roots, &root{Name: name, Entry: true, fn: f, Stack: stack})
		}
	}
	slices.SortFunc(roots, func(a, b *root) int { return strings.Compare(a.Name, b.Name) })
	return roots
}

// pollStack is what is left for a poll below the entry's frame and the guard.
func pollStack(im *image) int {
	const guard, entry = 928, 1024
	if _, ok := im.arch.(arm); ok {
		return 0x2000 - guard - entry
	}
	return 0x4000 - guard - entry
}

const (
	mark      = "//tamagotake:realtime"
	markUndo  = "//tamagotake:undo"
	markEntry = "//tamagotake:interrupt"
)

// marked is a marked function. Those that undo a wait are called with interrupts masked, on
// the stack of the executor: none that could grow, as at an interrupt's entry.
type marked struct {
	name  string // as the linker has it
	entry bool
	undo  bool
}

// marks returns the marked functions below dir.
func marks(dir string) (list []marked, err error) {
	err = filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		path := file.Name.Name
		if path != "main" {
			path = "tamagotake/" + filepath.ToSlash(filepath.Dir(filepath.Clean(name)))
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Doc == nil {
				continue
			}
			for _, c := range f.Doc.List {
				if c.Text != mark && c.Text != markUndo && c.Text != markEntry {
					continue
				}
				if f.Recv != nil {
					return fmt.Errorf("%s: %s is a method: mark functions", name, f.Name.Name)
				}
				list = append(list, marked{path + "." + f.Name.Name, c.Text != mark, c.Text == markUndo})
			}
		}
		return nil
	})
	return list, err
}

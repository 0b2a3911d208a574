// Command verify proves on a linked image that nothing which runs below the Go runtime can
// reach what it must not: an allocator, a write barrier, a map, a channel, a defer, a lock,
// stack growth below the interrupt entry, or anything else of the runtime but a short list
// with reasons; nor an instruction, a write of the stack pointer or a transfer of control
// that it does not recognise.
//
//	go run ./boot/verify [-json FILE] [-seal] [-q] [-v] IMAGE SOURCE...
//
//	image: symbols, code, constants, the linker's table of functions
//	   |
//	roots: the interrupt entries, the executor, and each function of the SOURCE
//	   |   directories with the directive //tamagotake:realtime, or //tamagotake:undo
//	   |   for those that take back what a task waits for (rt/task.Wait), or
//	   |   //tamagotake:interrupt for those that are called from an entry
//	   v
//	flow: every instruction that a function can reach, with what is known there of its
//	   |  registers and of its stack
//	   v
//	call graph: calls by address are refused but where rules.go says what is called
//	   |
//	   v
//	what each root reaches, and how deep its stack gets; or, for each line of a root, the
//	shortest chain of calls to what is refused
//
// IMAGE is the linked program, before it is stripped. With -seal the verified functions are
// written into it, if nothing is refused, and a spawn of another as a real-time task fails.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/tamagotake/tamagotake/boot/output"
)

func main() {
	jsonName := flag.String("json", "", "file for what each root reaches")
	sealing := flag.Bool("seal", false, "write into the image which poll functions were verified")
	quiet := flag.Bool("q", false, "print only what is refused")
	verbose := flag.Bool("v", false, "print the functions of each root, and everything that is refused")
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
	v, err := run(flag.Arg(0), flag.Args()[1:])
	if err == nil && *jsonName != "" {
		var text []byte
		if text, err = json.MarshalIndent(v.roots, "", "  "); err == nil {
			err = output.WriteFile(*jsonName, append(text, '\n'), 0o644)
		}
	}
	if err == nil && *sealing && len(v.refusals) == 0 {
		err = seal(flag.Arg(0), v.roots)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
	if !*quiet {
		for _, r := range v.roots {
			fmt.Printf("%-40s %3d functions, at most %4d of %5d bytes of stack\n", r.Name, len(r.Functions), r.Deepest, r.Stack)
			if *verbose {
				fmt.Println("   ", strings.Join(r.Functions, "\n    "))
			}
		}
		if *verbose {
			for _, m := range v.unused {
				fmt.Printf("%s: %s is not in this image: nothing refers to it\n", m.place, m.name)
			}
		}
	}
	lines := report(os.Stderr, v.refusals, *verbose)
	if lines > 0 {
		fmt.Fprintf(os.Stderr, "verify: %s: refused at %d lines of tasks, %d in all; docs/verify.md says how to read this\n", flag.Arg(0), lines, len(v.refusals))
		os.Exit(1)
	}
	if !*quiet {
		fmt.Println(v.summary())
	}
}

// verified is what is found out about an image.
type verified struct {
	im       *image
	roots    []*root
	refusals []*refusal
	unused   []marked // in packages that the image has, and not in it
}

// summary is one line about an image with no refusals.
func (v *verified) summary() string {
	functions := map[string]bool{}
	polls, deepest := 0, v.roots[0]
	for _, r := range v.roots {
		if r.mark == mark {
			polls++
		}
		for _, f := range r.Functions {
			functions[f] = true
		}
		if r.Deepest*deepest.Stack > deepest.Deepest*r.Stack {
			deepest = r
		}
	}
	return fmt.Sprintf("verified: %s: %d poll functions and %d entries reach %d functions, nothing refused; the deepest stack is %d of %d bytes, in %s",
		v.im.name, polls, len(v.roots)-polls, len(functions), deepest.Deepest, deepest.Stack, deepest.Name)
}

// run verifies the image.
func run(name string, sources []string) (*verified, error) {
	im, err := open(name)
	if err != nil {
		return nil, err
	}
	v := &verified{im: im}
	if v.roots, err = entries(im); err != nil {
		return nil, err
	}
	var list []marked
	for _, dir := range sources {
		found, err := marks(dir, im)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	polls := 0
	for _, m := range list {
		if slices.ContainsFunc(v.roots, func(r *root) bool { return r.Name == m.name }) {
			continue // in a directory that was named twice
		}
		found := im.named(m.name)
		if len(found) == 0 {
			if m.pkg == "main" {
				return nil, m.missing(im)
			}
			if im.links(linkName(m.pkg)) {
				v.unused = append(v.unused, m)
			}
		}
		for _, f := range found {
			v.roots = append(v.roots, &root{Name: m.name, Entry: m.mark != mark, fn: f, Stack: pollStack(im), mark: m.mark})
			if m.mark == mark {
				polls++
			}
		}
	}
	if polls == 0 {
		return nil, fmt.Errorf("no function marked %s in %s is in %s", mark, strings.Join(sources, ", "), name)
	}
	w := newWalker(im)
	for _, r := range v.roots {
		w.verify(r)
	}
	v.refusals = w.refusals
	return v, nil
}

// Package verify proves on a linked image that nothing which runs below the Go runtime can
// reach what it must not: an allocator, a write barrier, a map, a channel, a defer, a lock,
// stack growth below the interrupt entry, or anything else of the runtime but a short list
// with reasons; nor an instruction, a write of the stack pointer or a transfer of control
// that it does not recognise.
//
//	image: symbols, code, constants, the linker's table of functions
//	   |
//	roots: the interrupt entries, the executor, and each function of the packages that the
//	   |   image is built of with the directive //tamagotake:realtime, or //tamagotake:undo
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
// The image is the linked program, before it is stripped. [Result.Seal] writes the verified
// functions into it, and a spawn of another as a real-time task fails.
package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tamagotake/tamagotake/boot/port"
)

// Result is what there is to say of an image.
type Result struct {
	im       *image
	roots    []*root
	refusals []*refusal
	unused   []marked // in packages that the image is built of, and not in it
}

// Image verifies a linked program; errors call it by its name. packages are those that it is
// built of, without the standard library: their directives are the roots. That something is
// refused is no error; see [Result.Refused].
func Image(name string, linked []byte, packages []port.Package) (*Result, error) {
	im, err := open(name, linked)
	if err != nil {
		return nil, err
	}
	im.setPackages(packages)
	v := &Result{im: im}
	if v.roots, err = entries(im); err != nil {
		return nil, err
	}
	list, err := marks(packages, im.main)
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		found := im.named(m.name)
		if len(found) == 0 {
			if m.pkg == "main" {
				return nil, m.missing(im)
			}
			v.unused = append(v.unused, m)
		}
		for _, f := range found {
			v.roots = append(v.roots, &root{Name: m.name, Entry: m.mark != mark, fn: f, Stack: pollStack(im), mark: m.mark})
		}
	}
	w := newWalker(im)
	for _, r := range v.roots {
		w.verify(r)
	}
	v.refusals = w.refusals
	return v, nil
}

// Refused is how many ways lead to what is refused.
func (v *Result) Refused() int { return len(v.refusals) }

// Summary is one line about an image with no refusals.
func (v *Result) Summary() string {
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
	return fmt.Sprintf("verified: %d poll functions and %d entries reach %d functions, nothing refused; the deepest stack is %d of %d bytes, in %s",
		polls, len(v.roots)-polls, len(functions), deepest.Deepest, deepest.Stack, deepest.Name)
}

// WriteRoots writes how many functions each root reaches and how deep its stack gets; all also
// names those functions, and the marked functions that the image does not use.
func (v *Result) WriteRoots(out io.Writer, all bool) {
	for _, r := range v.roots {
		fmt.Fprintf(out, "%-40s %3d functions, at most %4d of %5d bytes of stack\n", r.Name, len(r.Functions), r.Deepest, r.Stack)
		if all {
			fmt.Fprintln(out, "   ", strings.Join(r.Functions, "\n    "))
		}
	}
	if all {
		for _, m := range v.unused {
			fmt.Fprintf(out, "%s: %s is not in this image: nothing refers to it\n", m.place, m.name)
		}
	}
}

// JSON has what each root reaches.
func (v *Result) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(v.roots, "", "  ")
	return append(text, '\n'), err
}

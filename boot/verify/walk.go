package main

import (
	"fmt"
	"slices"
	"strings"
)

// root is where code in front of the runtime begins.
type root struct {
	Name      string   `json:"name"`
	Entry     bool     `json:"entry"` // interrupt entry: no look at a stack's guard
	Functions []string `json:"functions"`
	Deepest   int      `json:"deepest_stack_bytes"`
	Stack     int      `json:"stack_bytes"`

	undo bool // marked //tamagotake:undo
	fn   *function
}

// refusal is one thing that must not be, and how it is reached.
type refusal struct {
	chain []string // caller first, each with its place
	what  string
}

func (r refusal) String() string {
	return strings.Join(r.chain, "\n    calls ") + "\n    which " + r.what
}

type walker struct {
	im       *image
	bodies   map[*function]*body
	refusals []refusal
	reported map[string]bool
}

func (w *walker) body(f *function) *body {
	if w.bodies[f] == nil {
		w.bodies[f] = analyse(w.im.arch, f)
	}
	return w.bodies[f]
}

// step is a function on the way from a root, and where it was called.
type step struct {
	fn *function
	at uint64
}

// verify walks what the root reaches.
func (w *walker) verify(r *root) {
	reached := map[string]bool{}
	depths := map[*function]int{}
	r.Deepest = w.walk(r, []step{{fn: r.fn}}, reached, depths)
	for name := range reached {
		r.Functions = append(r.Functions, name)
	}
	slices.Sort(r.Functions)
	if r.Deepest > r.Stack {
		w.refuse([]step{{fn: r.fn}}, 0, fmt.Sprintf("may use %d bytes of stack, of %d", r.Deepest, r.Stack))
	}
}

// walk returns how deep the stack gets from the last step of the way on.
func (w *walker) walk(r *root, way []step, reached map[string]bool, depths map[*function]int) int {
	f := way[len(way)-1].fn
	if d, ok := depths[f]; ok {
		return d
	}
	reached[f.name] = true
	b := w.body(f)
	for _, s := range b.bad {
		w.refuse(way, s.addr, "has at "+w.im.place(s.addr)+" "+s.what)
	}
	if indirect[f.name] == "" {
		for _, s := range b.indirect {
			w.refuse(way, s.addr, "calls or jumps at "+w.im.place(s.addr)+" to an address that is not known here: an interface, a func value or a jump table")
		}
	}
	deepest := b.deepest
	for _, s := range b.calls {
		callee := w.im.at(s.target)
		if callee == nil {
			w.refuse(way, s.addr, fmt.Sprintf("calls 0x%x at %s, where no function is", s.target, w.im.place(s.addr)))
			continue
		}
		next := append(slices.Clip(way), step{callee, s.addr})
		if notFollowed[callee.name] != "" {
			continue
		}
		c := classOf(callee.name)
		if c != nil && (c.refuse != "" || r.Entry && strings.HasPrefix(callee.name, "runtime.morestack")) {
			why := c.refuse
			if why == "" {
				why = "grows the stack, and below the interrupt entry there is none to grow"
			}
			w.refuse(next, s.addr, why)
			continue
		}
		if c != nil && c.stop {
			reached[callee.name] = true
			continue
		}
		if slices.ContainsFunc(way, func(s step) bool { return s.fn == callee }) {
			w.refuse(next, s.addr, "calls itself, so its stack has no bound")
			continue
		}
		deepest = max(deepest, s.depth+w.im.arch.returnAddress()+w.walk(r, next, reached, depths))
	}
	depths[f] = deepest
	return deepest
}

func (w *walker) refuse(way []step, at uint64, what string) {
	var r refusal
	for i, s := range way {
		text := s.fn.name
		if i+1 < len(way) {
			text += " (" + w.im.place(way[i+1].at) + ")"
		} else {
			text += " (" + w.im.place(s.fn.addr) + ")"
		}
		r.chain = append(r.chain, text)
	}
	r.what = what
	// One chain for each function that is reached and each reason.
	last := way[len(way)-1]
	key := fmt.Sprint(way[0].fn.name, last.fn.name, last.at, what)
	if !w.reported[key] {
		w.reported[key] = true
		w.refusals = append(w.refusals, r)
	}
}

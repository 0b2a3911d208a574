package verify

import (
	"fmt"
	"slices"
	"strings"
)

// root is where code below the runtime begins.
type root struct {
	Name      string   `json:"name"`
	Entry     bool     `json:"entry"` // interrupt entry: no look at a stack's guard
	Functions []string `json:"functions"`
	Deepest   int      `json:"deepest_stack_bytes"`
	Stack     int      `json:"stack_bytes"`

	fn   *function
	mark string // the directive that made it one, "" for an entry
}

type walker struct {
	im       *image
	bodies   map[*function]*body
	refusals []*refusal
	reported map[string]bool
}

func newWalker(im *image) *walker {
	return &walker{im: im, bodies: map[*function]*body{}, reported: map[string]bool{}}
}

func (w *walker) body(f *function) *body {
	if w.bodies[f] == nil {
		w.bodies[f] = &body{returns: true} // for those that it calls, if they call it
		w.bodies[f] = analyse(&code{im: w.im, f: f, permit: w.im.permitOf(f), noReturn: w.noReturn, checks: w.checksLevel, above: w.above})
	}
	return w.bodies[f]
}

// noReturn reports whether a call does not come back: of a function that ends the task, or
// in which the control never reaches a return.
func (w *walker) noReturn(target uint64) bool {
	f := w.im.at(target)
	if f == nil || f.addr != target {
		return false
	}
	if c := w.im.classOf(f); c != nil {
		return c.stop
	}
	return notFollowed[f.name] == "" && !w.body(f).returns
}

// checksLevel reports whether a call is of the function that says whether it is thread level.
func (w *walker) checksLevel(target uint64) bool {
	f := w.im.at(target)
	return f != nil && f.addr == target && f.name == levelCheck && w.im.isOf(f)
}

// above returns how far above its own stack the function stores that is called.
func (w *walker) above(target uint64) int64 {
	f := w.im.at(target)
	if f == nil || f.addr != target || notFollowed[f.name] != "" {
		return 0
	}
	if c := w.im.classOf(f); c != nil && (c.refuse != "" || c.stop) {
		return 0
	}
	return w.body(f).above
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
	if room, ok := w.im.arch.rootRoom()[r.mark]; ok && w.body(r.fn).above > room {
		w.refuse(r, []step{{fn: r.fn}}, 0, fmt.Sprintf("stores %d bytes above its own stack, and what calls it has %d there", w.body(r.fn).above, room), "")
	}
	if r.Deepest > r.Stack {
		w.refuse(r, []step{{fn: r.fn}}, 0, fmt.Sprintf("may use %d bytes of stack, of %d", r.Deepest, r.Stack), "make large local variables package variables")
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
		w.refuse(r, way, s.addr, "has "+s.what, hintFor(s.what))
	}
	if byAddress[f.name] == "" || !w.im.isOf(f) {
		for _, s := range b.indirect {
			w.refuse(r, way, s.addr, "calls or jumps to an address that is not known: an interface, a func value, a closure or a method value", "call the function by its name")
		}
	}
	deepest := b.deepest
	for _, s := range b.calls {
		callee := w.im.at(s.target)
		if callee == nil || callee.addr != s.target && !intoMiddle[callee.name] {
			w.refuse(r, way, s.addr, fmt.Sprintf("calls or jumps to 0x%x, where no function begins", s.target), "")
			continue
		}
		next := append(slices.Clip(way), step{callee, s.addr})
		if !w.im.mayCall(f, callee) {
			w.refuse(r, next, s.addr, "is for "+callee.home+" alone", "")
			continue
		}
		if notFollowed[callee.name] != "" && w.im.isOf(callee) {
			continue
		}
		c := w.im.classOf(callee)
		if c != nil && (c.refuse != "" || r.Entry && strings.HasPrefix(callee.name, "runtime.morestack")) {
			why, hint := c.refuse, c.hint
			if why == "" {
				why, hint = "grows the stack, and below the interrupt entry there is none to grow", "mark the function that needs it //go:nosplit"
			}
			w.refuse(r, next, s.addr, why, hint)
			continue
		}
		if c != nil && c.stop {
			reached[callee.name] = true
			continue
		}
		if slices.ContainsFunc(way, func(s step) bool { return s.fn == callee }) {
			w.refuse(r, next, s.addr, "calls itself, so its stack has no bound", "use a loop")
			continue
		}
		deepest = max(deepest, s.depth+w.im.arch.returnAddress()+w.walk(r, next, reached, depths))
	}
	depths[f] = deepest
	return deepest
}

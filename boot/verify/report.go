package verify

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// refusal is one thing that must not be, and how it is reached.
type refusal struct {
	root  *root
	chain []frame // the root's own line first, then of each function the line that goes on
	end   string  // the function that the chain ends in, if its line is not looked at
	what  string
	hint  string
}

// line is the root's own: that which its author has to change.
func (r *refusal) line() string { return r.chain[0].place() }

// refuse notes a refusal: the frames of each call on the way, with those that were inlined.
func (w *walker) refuse(root *root, way []step, at uint64, what, hint string) {
	r := &refusal{root: root, what: what, hint: hint}
	home := "" // the package of the chain's last line
	add := func(f *function, at uint64) {
		frames := w.im.table.frames(at)
		if len(frames) == 0 {
			frames = []frame{{function: f.name, file: fmt.Sprintf("0x%x", at)}}
		}
		frames[len(frames)-1].function = f.name
		home = importPath(frames[0].file)
		for i := range frames {
			frames[i].file = w.im.source(frames[i].file)
		}
		slices.Reverse(frames)
		r.chain = append(r.chain, frames...)
	}
	last := way[len(way)-1]
	for i := 1; i < len(way); i++ {
		add(way[i-1].fn, way[i].at)
	}
	if last.at == at && len(way) > 1 { // the call of it is what is refused
		r.end = last.fn.name
	} else {
		if at == 0 {
			at = last.fn.addr
		}
		add(last.fn, at)
	}
	if w.im.isStandard(home) {
		r.hint = "do that at thread level: wake a thread task" // nothing can be changed there
	}
	key := fmt.Sprint(root.fn.addr, last.fn.addr, last.at, at, what)
	if !w.reported[key] {
		w.reported[key] = true
		w.refusals = append(w.refusals, r)
	}
}

// String is the refusal in one line, and the chain below it.
func (r *refusal) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", r.line(), r.root.Name)
	rest := r.chain[1:]
	switch next := r.next(); {
	case next == "":
		fmt.Fprintf(&b, " %s", r.what)
	case len(rest) == 0:
		fmt.Fprintf(&b, " calls %s, which %s", next, r.what)
	default:
		last := r.end
		if last == "" {
			last = rest[len(rest)-1].function
		}
		if last == next {
			fmt.Fprintf(&b, " calls %s, which %s", next, r.what)
		} else {
			fmt.Fprintf(&b, " calls %s, which leads to %s, which %s", next, last, r.what)
		}
		for _, f := range rest {
			fmt.Fprintf(&b, "\n    %s at %s", f.function, f.place())
		}
		if r.end != "" {
			fmt.Fprintf(&b, "\n    %s", r.end)
		}
	}
	return b.String()
}

// next is the first function that the root's line goes on to.
func (r *refusal) next() string {
	if len(r.chain) > 1 {
		return r.chain[1].function
	}
	return r.end
}

// WriteRefusals writes what is refused, and returns at how many lines of tasks: of each line the
// shortest chain of calls, or all of them.
func (v *Result) WriteRefusals(out io.Writer, all bool) (lines int) {
	return report(out, v.refusals, all)
}

// report writes what is refused: for each line of a root, and what it calls there, the
// shortest chain, and how many more there are; or all of them.
func report(out io.Writer, refusals []*refusal, all bool) (lines int) {
	type key struct{ root, line, next string }
	groups := map[key][]*refusal{}
	var order []key
	for _, r := range refusals {
		k := key{r.root.Name, r.line(), r.next()}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], r)
	}
	for _, k := range order {
		group := groups[k]
		slices.SortStableFunc(group, func(a, b *refusal) int { return cmp.Compare(len(a.chain), len(b.chain)) })
		show := group[:1]
		if all {
			show = group
		}
		for _, r := range show {
			fmt.Fprintf(out, "refused: %v\n", r)
			if r.hint != "" {
				fmt.Fprintf(out, "    instead: %s\n", r.hint)
			}
		}
		if n := len(group) - len(show); n > 0 {
			fmt.Fprintf(out, "    and %d more below that call: -v lists them\n", n)
		}
	}
	return len(order)
}

// hintFor says what to do about an instruction or a use of the stack.
func hintFor(what string) string {
	switch {
	case strings.Contains(what, "defer"):
		return "call the function at each return"
	case strings.Contains(what, "AVX"), strings.Contains(what, "NEON"), strings.Contains(what, "D16"):
		return "leave vectors to thread level, or use those that the entry saves: XMM0 to XMM15, D0 to D15"
	}
	return ""
}

package main

import "fmt"

// A runtimeCheck is why a function that real-time code can reach may do what is refused: its
// first call is of a function that does not return but at thread level.
type runtimeCheck struct {
	by     string // whole name of the function that checks
	reason string
}

// checked looks whether the function does begin with the check, and returns what is wrong.
// From its first instruction on, up to the call, it may have the prologue's look at the
// stack's guard, and may store on its own stack alone.
func (w *walker) checked(f *function, check runtimeCheck) (first site, what string) {
	c := &code{im: w.im, f: f, permit: w.im.permitOf(f), noReturn: w.noReturn}
	s := w.im.arch.entry()
	for addr, n := f.addr, 0; n < 100; n++ {
		if addr < f.addr || addr >= f.end() {
			break
		}
		fl := w.im.arch.step(c, addr, s)
		switch {
		case fl.what != "":
			return first, fmt.Sprintf("has, before the check of its level, %s", fl.what)
		case fl.stores:
			return first, "stores to memory before it checks its level"
		case fl.kind == calls && !fl.maybe:
			callee := w.im.at(fl.target)
			if callee == nil || callee.addr != fl.target || callee.name != check.by || !w.im.isOf(callee) {
				return first, fmt.Sprintf("calls something else before %s checks its level", check.by)
			}
			return site{addr, fl.target, "", int(-s.reg[w.im.arch.stackPointer()].n)}, ""
		case fl.kind == jumps && fl.maybe && w.growsStack(c, fl.target, s.clone()):
		case fl.kind != straight || fl.ends:
			return first, "jumps before it checks its level"
		}
		addr += fl.size
	}
	return first, "does not check its level"
}

// growsStack reports whether a prologue jumps there to grow the stack: to nothing but moves of
// registers and the call.
func (w *walker) growsStack(c *code, addr uint64, s *state) bool {
	for range 40 {
		if addr < c.f.addr || addr >= c.f.end() {
			return false
		}
		fl := w.im.arch.step(c, addr, s)
		if fl.kind == calls {
			return w.noReturn(fl.target)
		}
		if fl.what != "" || fl.kind != straight || fl.stores {
			return false
		}
		addr += fl.size
	}
	return false
}

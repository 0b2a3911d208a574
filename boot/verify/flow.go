package verify

import (
	"cmp"
	"fmt"
	"slices"
)

// arch knows the instructions of an architecture.
type arch interface {
	// entry is what is known where a function begins.
	entry() *state

	// step decodes an instruction and does to the state what it does: to the stack
	// pointer, to what the function returns to, to the registers.
	step(c *code, addr uint64, s *state) flow

	returnAddress() int           // bytes that a call puts on the stack
	stackPointer() int            // its register
	clobber(s *state)             // forgets what a call does not preserve
	saysNo(f *function, s *state) // after a call of f, whose result is false
	returns(s *state) bool

	// called does to the state what a function does that was called, and stores so far above
	// its own stack: results. It returns how far above the caller's stack that is.
	called(s *state, above int64) (over int64, what string)

	// rootRoom is how far above its own stack a root of a mark may store: what calls it by
	// address, run of hal/ARCH/realtime.s and rt/internal/raw, has its arguments and results there.
	rootRoom() map[string]int64
}

// flow is where the control goes after an instruction.
type flow struct {
	size    uint64
	ends    bool // the instruction behind it does not follow
	kind    transfer
	target  uint64   // of a call or jump
	targets []uint64 // of a jump table
	maybe   bool     // the transfer may not happen
	taken   *state   // at the target, if it is not that behind the instruction
	what    string   // why it is refused
	above   int64    // how far above the function's own stack it stores
}

type transfer uint8

const (
	straight transfer = iota
	jumps
	calls
	returns  // to the caller, or from an exception
	stops    // a fault
	switches // by a table
	indirect // calls or jumps to an address that is not known
)

// code is a function under analysis, with what may be done in it.
type code struct {
	im *image
	f  *function
	permit
	noReturn func(target uint64) bool
	checks   func(target uint64) bool // is a call of levelCheck
	above    func(target uint64) int64
}

// body is what a function does, as far as its callers need know.
type body struct {
	calls    []site // sorted by address
	bad      []site
	indirect []site
	deepest  int
	returns  bool
	above    int64 // how far above its own stack it stores: results, arguments in its caller's frame
}

// site is an instruction, what it calls or what is wrong with it, and how deep the stack
// is there.
type site struct {
	addr   uint64
	target uint64
	what   string
	depth  int
}

const (
	badLeave    = "a jump to another function with the stack, or the return address, not as they were at the entry"
	badSP       = "a write of the stack pointer that cannot be followed"
	badReturn   = "a return to another place than that of the call"
	badReturnOf = "a store over where its caller returns to"
	badPop      = "a pop of more than it has pushed"
	badEnd      = "an end behind which no instruction of it is"
)

// analyse follows the flow of control through the function, so that constants between
// the instructions, and what is never reached, are not taken for code. It goes on until
// nothing less is known of any instruction's state: each is less at every visit, so this
// ends.
func analyse(c *code) *body {
	b := new(body)
	a, f := c.im.arch, c.f
	before := map[uint64]*state{f.addr: a.entry()}
	sizes := map[uint64]uint64{}
	told := map[site]bool{}
	bad := func(addr uint64, depth int, format string, args ...any) {
		if s := (site{addr: addr, what: fmt.Sprintf(format, args...), depth: depth}); !told[s] {
			told[s] = true
			b.bad = append(b.bad, s)
		}
	}
	sp := a.stackPointer()
	work := []uint64{f.addr}
	found := map[uint64]site{}
	unfollowed := map[uint64]site{}

	// reach notes that an instruction is reached, and reports whether it must be looked at.
	reach := func(from, addr uint64, s *state) bool {
		if addr < f.addr || addr >= f.end() {
			bad(from, 0, badEnd)
			return false
		}
		old := before[addr]
		if old == nil {
			before[addr] = s.clone()
			return true
		}
		if old.reg[sp] != s.reg[sp] {
			if !c.switchesStack {
				bad(addr, 0, "an instruction that is reached with %d bytes on the stack, and another way with %d", -old.reg[sp].n, -s.reg[sp].n)
			}
			s = s.clone()
			s.reg[sp] = old.reg[sp]
		}
		return old.merge(s)
	}

	for len(work) > 0 {
		addr := work[len(work)-1]
		work = work[:len(work)-1]
		s := before[addr].clone()
		for {
			was := s.reg[sp]
			fl := a.step(c, addr, s)
			depth := int(-s.reg[sp].n)
			if fl.what != "" {
				bad(addr, int(-was.n), "%s", fl.what)
				if fl.size == 0 {
					break
				}
			}
			sizes[addr] = fl.size
			b.above = max(b.above, fl.above)
			if s.reg[sp].kind != stack {
				if !c.switchesStack && fl.what == "" {
					bad(addr, int(-was.n), badSP)
				}
				s.reg[sp], depth = was, int(-was.n)
			}
			if depth < 0 && !c.switchesStack {
				bad(addr, depth, badPop)
				break
			}
			b.deepest = max(b.deepest, depth)
			next := addr + fl.size
			switch fl.kind {
			case returns:
				b.returns = true
			case indirect:
				b.returns = true
				unfollowed[addr] = site{addr: addr, depth: depth}
				a.clobber(s)
			case switches:
				for _, t := range fl.targets {
					if t < f.addr || t >= f.end() {
						bad(addr, depth, "a jump table with an entry that is outside of the function")
					} else if reach(addr, t, s) {
						work = append(work, t)
					}
				}
			case calls:
				found[addr] = site{addr: addr, target: fl.target, depth: depth}
				if c.noReturn(fl.target) && !fl.maybe {
					fl.ends = true
					break
				}
				over, what := a.called(s, c.above(fl.target))
				b.above = max(b.above, over)
				if what != "" && !c.switchesStack {
					bad(addr, depth, "%s", what)
				}
				a.clobber(s)
				if c.checksLevel && c.checks(fl.target) {
					a.saysNo(c.im.at(fl.target), s)
				}
			case jumps:
				t := s
				if fl.taken != nil {
					t = fl.taken
				}
				if fl.target < f.addr || fl.target >= f.end() {
					found[addr] = site{addr: addr, target: fl.target, depth: depth}
					b.above = max(b.above, c.above(fl.target))
					b.returns = b.returns || !c.noReturn(fl.target)
					if !a.returns(t) && !c.switchesStack && !c.noReturn(fl.target) {
						bad(addr, depth, badLeave)
					}
				} else if reach(addr, fl.target, t) {
					work = append(work, fl.target)
				}
			}
			if fl.ends || !reach(addr, next, s) {
				break
			}
			addr = next
			s = before[addr].clone()
		}
	}
	overlaps(c, sizes, bad)
	for _, s := range found {
		b.calls = append(b.calls, s)
	}
	for _, s := range unfollowed {
		b.indirect = append(b.indirect, s)
	}
	for _, list := range [][]site{b.calls, b.indirect, b.bad} {
		slices.SortFunc(list, func(x, y site) int { return cmp.Or(cmp.Compare(x.addr, y.addr), cmp.Compare(x.what, y.what)) })
	}
	if f.defers {
		b.bad = append(b.bad, site{addr: f.addr, what: "a defer, which the runtime runs"})
	}
	return b
}

// overlaps finds instructions that begin within others: then what runs is not what was
// written.
func overlaps(c *code, sizes map[uint64]uint64, bad func(uint64, int, string, ...any)) {
	var list []uint64
	for addr := range sizes {
		list = append(list, addr)
	}
	slices.Sort(list)
	for i := 1; i < len(list); i++ {
		if p := list[i-1]; p+sizes[p] > list[i] {
			bad(list[i], 0, "an instruction that begins within another")
		}
	}
}

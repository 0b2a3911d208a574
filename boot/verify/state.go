package verify

import (
	"math"
	"slices"
)

// A value is what is known of a register.
type value struct {
	kind kind
	n    int64
}

type kind uint8

const (
	unknown  kind = iota
	constant      // n, unsigned
	atMost        // from 0 to n
	stack         // the stack pointer at the function's entry, plus n
	caller        // where the function returns to
	lowZero       // its lowest byte is 0
	avxFlag       // a variable of avxFlags
)

// state is what is known before an instruction. The stack pointer is one of the registers:
// whatever an instruction does to it that is not followed leaves it unknown, and is refused.
type state struct {
	reg [16]value

	// kept are the places on the stack, from the stack pointer at the entry, that hold the
	// address to return to. A store to one of them takes it out.
	kept []int64

	// zeroAt is a place on the stack where a byte is 0, if isZero.
	zeroAt int64
	isZero bool

	// The last comparison: of a register with a constant, or of two constants.
	compared  bool
	operand   int
	with      int64
	zeroKnown bool
	zero      bool

	// The last comparison was of a variable of avxFlags with avxWith, if avxCompared. avxSet says
	// that such a variable is set wherever control is here.
	avxCompared bool
	avxWith     int64
	avxSet      bool
}

func (s *state) clone() *state {
	c := *s
	c.kept = slices.Clone(s.kept)
	return &c
}

// merge leaves what is known in both, and reports whether that is less than it was.
func (s *state) merge(o *state) (changed bool) {
	for i := range s.reg {
		if s.reg[i] != o.reg[i] && s.reg[i].kind != unknown {
			s.reg[i], changed = value{}, true
		}
	}
	if s.isZero && (!o.isZero || s.zeroAt != o.zeroAt) {
		s.isZero, changed = false, true
	}
	n := len(s.kept)
	s.kept = slices.DeleteFunc(s.kept, func(at int64) bool { return !slices.Contains(o.kept, at) })
	changed = changed || len(s.kept) != n
	if s.compared && (!o.compared || s.operand != o.operand || s.with != o.with) {
		s.compared, changed = false, true
	}
	if s.zeroKnown && (!o.zeroKnown || s.zero != o.zero) {
		s.zeroKnown, changed = false, true
	}
	if s.avxCompared && (!o.avxCompared || s.avxWith != o.avxWith) {
		s.avxCompared, changed = false, true
	}
	if s.avxSet && !o.avxSet {
		s.avxSet, changed = false, true
	}
	return changed
}

// set changes a register. What was compared is then another value.
func (s *state) set(reg int, v value) {
	s.reg[reg] = v
	if s.compared && s.operand == reg {
		s.compared = false
	}
}

// flags forgets the last comparison.
func (s *state) flags() { s.compared, s.zeroKnown, s.avxCompared = false, false, false }

// compare notes that a register, or a constant, was compared with a constant.
func (s *state) compare(reg int, v value, n int64) {
	s.flags()
	const small = math.MaxInt32 // of any width, with or without a sign
	if v.kind == avxFlag {
		s.avxCompared, s.avxWith = true, n
	} else if v.kind == constant {
		s.zeroKnown, s.zero = v.n >= 0 && v.n <= small && n >= 0 && n <= small, v.n == n
	} else if reg >= 0 {
		s.compared, s.operand, s.with = true, reg, n
	}
}

// bound notes that a register is at most n, unsigned.
func (s *state) bound(reg int, n int64) {
	if v := s.reg[reg]; n >= 0 && (v.kind == unknown || v.kind == atMost && v.n > n) {
		s.reg[reg] = value{atMost, n}
	}
}

// store notes that size bytes are written on the stack.
func (s *state) store(at int64, size int, word int64) {
	s.kept = slices.DeleteFunc(s.kept, func(k int64) bool { return at < k+word && k < at+int64(size) })
	s.isZero = s.isZero && (s.zeroAt < at || s.zeroAt >= at+int64(size))
}

func (s *state) keeps(at int64) bool { return slices.Contains(s.kept, at) }

// plus adds a constant to a value.
func (v value) plus(n int64) value {
	switch v.kind {
	case constant, stack:
		return value{v.kind, v.n + n}
	}
	return value{}
}

package verify

import (
	"fmt"
)

type arm struct{}

const (
	armG  = 10
	armSP = 13
	armLR = 14
	armPC = 15
)

const unpredictable = "an instruction of which the architecture does not say what it does: %08x"

func (arm) returnAddress() int { return 0 } // in LR; the callee's frame has room for it
func (arm) stackPointer() int  { return armSP }

func (arm) entry() *state {
	s := &state{}
	s.reg[armSP] = value{stack, 0}
	s.reg[armLR] = value{caller, 0}
	return s
}

func (arm) clobber(s *state) {
	sp := s.reg[armSP]
	s.reg = [16]value{}
	s.reg[armSP] = sp
	s.isZero = false
	s.flags()
}

func (arm) saysNo(_ *function, s *state) {
	s.zeroAt, s.isZero = s.reg[armSP].n+4, true // behind the link register
}

func (arm) returns(s *state) bool {
	return s.reg[armSP] == value{stack, 0} && s.reg[armLR].kind == caller
}

func (arm) rootRoom() map[string]int64 { return map[string]int64{mark: 4 + 12, markUndo: 4 + 4} }

func (arm) called(s *state, above int64) (over int64, what string) {
	if above <= 4 {
		return 0, ""
	}
	at := s.reg[armSP].n
	s.store(at+4, int(above-4), 4)
	if at+above > 0 && at < 0 {
		what = badReturnOf
	}
	return at + above, what
}

func (a arm) step(c *code, addr uint64, s *state) (fl flow) {
	b := c.f.code[addr-c.f.addr:]
	if len(b) < 4 {
		fl.what = "half an instruction"
		return fl
	}
	w := c.im.order.Uint32(b)
	fl.size = 4
	e := lookUp(w)
	if e == nil || e.kind == armRefused || e.privileged && !c.privileged {
		fl.what = fmt.Sprintf("an instruction that is not known to be harmless: %08x", w)
		if e != nil && e.what != "" {
			fl.what = fmt.Sprintf("%s: %08x", e.what, w)
		}
		fl.ends = e == nil || e.kind == armRefused && e.ends
		return fl
	}
	if strange(w, e) {
		fl.what = fmt.Sprintf(unpredictable, w)
		return fl
	}
	if vectorBeyond(w, e) {
		fl.what = fmt.Sprintf("a vector register from D16 on, which the interrupt entry does not save: %08x", w)
		return fl
	}
	o := &armOp{w: w, addr: addr, c: c, s: s, fl: &fl}
	conditional := w>>28 < 0xe
	if !conditional || e.kind == armBranch {
		o.apply(e)
		return fl
	}
	// Both of what it does and that it does nothing.
	skipped := s.clone()
	o.apply(e)
	fl.ends, fl.maybe = false, true
	if fl.kind == returns || fl.kind == switches {
		*s = *skipped
		return fl
	}
	if s.reg[armSP] != skipped.reg[armSP] {
		s.reg[armSP] = value{}
	}
	s.merge(skipped)
	return fl
}

// armOp applies one instruction to a state.
type armOp struct {
	w    uint32
	addr uint64
	c    *code
	s    *state
	fl   *flow

	returning bool // by its form
}

func (o *armOp) field(at int) int { return int(o.w >> at & 15) }

// reg returns what is known of a register as an operand.
func (o *armOp) reg(n int) value {
	if n == armPC {
		return value{constant, int64(uint32(o.addr) + 8)}
	}
	return o.s.reg[n]
}

// isReturn reports whether an instruction that writes the program counter is one that
// returns by its form: bx lr, mov pc, lr, or a load from the stack.
func (o *armOp) isReturn(e *encoding) bool {
	switch e.kind {
	case armBranchReg, armArith:
		return o.w&15 == armLR || o.w>>25&1 == 1 && o.field(16) == armLR
	case armLoadStore, armMultiple:
		return o.field(16) == armSP
	}
	return false
}

// put writes a register. The program counter can only become where the function returns to.
func (o *armOp) put(n int, v value) {
	if v.kind == constant {
		v.n = int64(uint32(v.n))
	}
	if n != armPC {
		o.s.set(n, v)
		if n == armG && !o.c.switchesStack {
			o.fl.what = fmt.Sprintf("a write of R10, which is g: %08x", o.w)
		}
		return
	}
	o.fl.ends = true
	if o.c.switchesStack && v.kind == unknown {
		o.fl.kind = returns
		return
	}
	if v.kind != caller && !o.returning {
		o.fl.kind = indirect
		return
	}
	o.fl.kind = returns
	if v.kind != caller {
		o.fl.what = badReturn
	} else if o.s.reg[armSP] != (value{stack, 0}) && !o.c.switchesStack {
		o.fl.what = "a return with the stack pointer not as it was at the entry"
	}
}

func (o *armOp) apply(e *encoding) {
	w, s, fl := o.w, o.s, o.fl
	o.returning = o.isReturn(e)
	switch e.kind {
	case armNothing:
	case armFlags:
		s.flags()
	case armTrap:
		fl.kind, fl.ends = stops, true
	case armRFE:
		fl.kind, fl.ends = returns, true
	case armBranch:
		fl.target = uint64(uint32(int32(o.addr) + 8 + int32(w<<8)>>6))
		fl.kind = jumps
		fl.maybe = w>>28 != 14
		if w>>24&1 == 1 {
			fl.kind = calls
		} else if !fl.maybe {
			fl.ends = true
		} else {
			o.branch()
		}
	case armBranchReg:
		o.put(armPC, s.reg[o.field(0)])
	case armCallReg:
		fl.kind = indirect
	case armArith:
		o.arith()
	case armMoveWide:
		n := int64(w>>4&0xf000 | w&0xfff)
		if v := s.reg[o.field(12)]; w>>22&1 == 1 { // MOVT
			if v.kind != constant {
				o.put(o.field(12), value{})
				return
			}
			n = n<<16 | v.n&0xffff
		}
		o.put(o.field(12), value{constant, n})
	case armResult12:
		o.result(12)
		s.flags()
	case armResult16:
		o.result(16)
		s.flags()
	case armLong:
		o.result(12)
		o.result(16)
		s.flags()
	case armLoadStore:
		o.loadStore()
	case armLoadStoreExtra:
		o.loadStoreExtra()
	case armExclusive:
		o.exclusive()
	case armMultiple:
		o.multiple()
	case armVectorMemory:
		o.vectorMemory()
	case armVectorToCore:
		if w&0x0fffffff != 0x0ef1fa10 { // VMRS to the flags
			o.result(12)
		}
		s.flags()
	case armVectorToTwo:
		o.result(12)
		o.result(16)
	case armSRS:
		s.reg[armSP] = s.reg[armSP].plus(-8)
	}
}

// result writes what is not known to the register that a field names.
func (o *armOp) result(at int) {
	n := o.field(at)
	if n == armPC {
		o.fl.what = fmt.Sprintf("an instruction that writes the program counter: %08x", o.w)
		o.fl.ends = true
		return
	}
	o.put(n, value{})
}

// branch is one that is on the last comparison, of two constants.
func (o *armOp) branch() {
	if !o.s.zeroKnown || o.w>>28 > 1 {
		return
	}
	if o.s.zero == (o.w>>28 == 0) {
		o.fl.ends, o.fl.maybe = true, false
	} else {
		o.fl.kind = straight
	}
}

package main

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

// operand2 returns the last operand of an instruction with two, if it is a constant or a
// register as it is.
func (o *armOp) operand2() value {
	w := o.w
	switch {
	case w>>25&1 == 1:
		n, rot := w&0xff, w>>8&15*2
		return value{constant, int64(n>>rot | n<<(32-rot))}
	case w&0xff0 == 0:
		return o.reg(o.field(0))
	}
	return value{}
}

// arith is data processing: opcode, two operands, a result.
func (o *armOp) arith() {
	w, s := o.w, o.s
	op, rn, rd := w>>21&15, o.reg(o.field(16)), o.field(12)
	b := o.operand2()
	v := value{}
	switch op {
	case 8, 9, 10, 11: // TST, TEQ, CMP, CMN
		s.flags()
		if op == 10 && b.kind == constant {
			s.compare(-1, rn, b.n)
		}
		return
	case 13: // MOV
		v = b
	case 15: // MVN
		if b.kind == constant {
			v = value{constant, int64(^uint32(b.n))}
		}
	case 2: // SUB
		if b.kind == constant {
			v = rn.plus(-int64(int32(b.n)))
		}
	case 4: // ADD
		switch {
		case b.kind == constant && b.n == 0:
			v = rn // to return: add pc, lr, #0
		case b.kind == constant:
			v = rn.plus(int64(int32(b.n)))
		case rn.kind == constant && b.kind == stack:
			v = b.plus(int64(int32(rn.n)))
		}
	case 12: // ORR, as with a second part of a constant
		if rn.kind == constant && b.kind == constant {
			v = value{constant, rn.n | b.n}
		}
	}
	if w>>20&1 == 1 {
		s.flags()
		if rd == armPC && !o.c.privileged { // an exception's return
			o.fl.what, o.fl.ends = fmt.Sprintf("a return from an exception: %08x", w), true
			return
		}
	}
	o.put(rd, v)
}

// store notes that bytes are written.
func (o *armOp) store(at value, size int) {
	if at.kind != stack {
		return
	}
	o.s.store(at.n, size, 4)
	o.fl.above = max(o.fl.above, at.n+int64(size))
	if at.n < 4 && at.n+int64(size) > 0 && !o.c.switchesStack { // where the caller keeps it
		o.fl.what = badReturnOf
	}
	if sp := o.s.reg[armSP]; sp.kind == stack && at.n < sp.n {
		o.fl.what = fmt.Sprintf("a store below the stack pointer: %08x", o.w)
	}
}

// index returns where a load or store is, and writes its base register back.
func (o *armOp) index(off value) (at value) {
	w := o.w
	base := o.field(16)
	before := o.reg(base)
	after := value{}
	if off.kind == constant {
		if n := int64(int32(off.n)); w>>23&1 == 1 {
			after = before.plus(n)
		} else {
			after = before.plus(-n)
		}
	}
	at = after
	if w>>24&1 == 0 { // post-indexed
		at = before
	}
	if w>>24&1 == 0 || w>>21&1 == 1 {
		o.put(base, after)
	}
	return at
}

func (o *armOp) loadStore() {
	w := o.w
	off := value{constant, int64(w & 0xfff)}
	if w>>25&1 == 1 {
		off = value{}
		if w&0xff0 == 0 {
			off = o.reg(o.field(0))
		}
	}
	size := 4
	if w>>22&1 == 1 {
		size = 1
	}
	rt := o.field(12)
	back := w>>24&1 == 0 || w>>21&1 == 1
	if base := o.field(16); back && (base == rt || base == armPC) || w>>25&1 == 1 && o.field(0) == armPC {
		o.fl.what = fmt.Sprintf(unpredictable, w)
		return
	}
	if w>>20&1 == 0 {
		v := o.reg(rt)
		at := o.index(off)
		o.store(at, size)
		if at.kind == stack && size == 4 && v.kind == caller {
			o.s.kept = append(o.s.kept, at.n)
		}
		return
	}
	at := o.index(off)
	v := value{}
	switch {
	case size == 1:
		if at.kind == stack && o.s.isZero && at.n == o.s.zeroAt {
			v = value{constant, 0}
		}
	case at.kind == stack && o.s.keeps(at.n):
		v = value{caller, 0}
	case at.kind == constant:
		if at.n >= int64(o.c.f.addr) && at.n < int64(o.c.f.end()) { // a constant beside the code
			if data := o.c.im.readOnly(uint64(at.n), 4); data != nil {
				v = value{constant, int64(o.c.im.order.Uint32(data))}
			}
		}
	}
	o.put(rt, v)
}

// loadStoreExtra is for bytes and half words with signs, and for two words.
func (o *armOp) loadStoreExtra() {
	w := o.w
	off := value{}
	if w>>22&1 == 1 {
		off = value{constant, int64(w>>4&0xf0 | w&0xf)}
	}
	rt := o.field(12)
	double := w>>20&1 == 0 && w>>6&1 == 1 // LDRD, STRD
	back := w>>24&1 == 0 || w>>21&1 == 1
	if base := o.field(16); back && (base == rt || base == armPC) || double && (rt&1 == 1 || rt == armLR) || w>>22&1 == 0 && o.field(0) == armPC {
		o.fl.what = fmt.Sprintf(unpredictable, w)
		return
	}
	at := o.index(off)
	switch {
	case double && w>>5&1 == 0:
		o.result(12)
		o.put(rt+1, value{})
	case double:
		o.store(at, 8)
	case w>>20&1 == 1:
		o.result(12)
	default:
		o.store(at, 2)
	}
}

// exclusive is LDREX, STREX and those of other sizes.
func (o *armOp) exclusive() {
	w := o.w
	load, double := w>>20&1 == 1, w>>21&3 == 1
	pair := o.field(0)
	if load {
		pair = o.field(12)
	}
	if double && (pair&1 == 1 || pair == armLR) {
		o.fl.what = fmt.Sprintf(unpredictable, w)
		return
	}
	o.result(12)
	switch {
	case !load:
		o.store(o.reg(o.field(16)), []int{4, 8, 1, 2}[w>>21&3])
	case double:
		o.put(pair+1, value{})
	}
}

// multiple is LDM and STM.
func (o *armOp) multiple() {
	w, s := o.w, o.s
	list := w & 0xffff
	base := o.field(16)
	n := int64(0)
	for i := range 16 {
		n += int64(list >> i & 1)
	}
	if n == 0 || base == armPC {
		o.fl.what = fmt.Sprintf("an instruction that is not known to be harmless: %08x", w)
		return
	}
	start, after := o.reg(base), o.reg(base)
	if w>>23&1 == 1 { // up
		after = after.plus(4 * n)
		if w>>24&1 == 1 {
			start = start.plus(4)
		}
	} else {
		start = start.plus(-4 * n)
		after = start
		if w>>24&1 == 0 {
			start = start.plus(4)
		}
	}
	load := w>>20&1 == 1
	values := [16]value{}
	at := start
	for i := range 16 {
		if list>>i&1 == 1 {
			if load && at.kind == stack && s.keeps(at.n) {
				values[i] = value{caller, 0}
			} else if !load {
				values[i] = o.reg(i)
			}
			at = at.plus(4)
		}
	}
	if w>>21&1 == 1 {
		o.put(base, after)
	}
	at = start
	for i := range 16 {
		if list>>i&1 == 0 {
			continue
		}
		if load {
			o.put(i, values[i])
		} else {
			o.store(at, 4)
			if at.kind == stack && values[i].kind == caller {
				s.kept = append(s.kept, at.n)
			}
		}
		at = at.plus(4)
	}
}

// vectorMemory is VLDR, VSTR, VLDM and VSTM.
func (o *armOp) vectorMemory() {
	w := o.w
	base := o.field(16)
	load := w>>20&1 == 1
	n := int64(w&0xff) * 4
	if w>>24&1 == 1 && w>>21&1 == 0 { // one register
		if w>>23&1 == 0 {
			n = -n
		}
		if !load {
			o.store(o.reg(base).plus(n), 4<<(w>>8&1)) // a single or a double
		}
		return
	}
	if base == armPC {
		o.fl.what = fmt.Sprintf("an instruction that is not known to be harmless: %08x", w)
		return
	}
	at, after := o.reg(base), o.reg(base).plus(n)
	if w>>23&1 == 0 {
		at = at.plus(-n)
		after = at
	}
	if w>>21&1 == 1 {
		o.put(base, after)
	}
	if !load {
		o.store(at, int(n))
	}
}

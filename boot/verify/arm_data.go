package verify

import "fmt"

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

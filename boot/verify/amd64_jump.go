package verify

import "golang.org/x/arch/x86/x86asm"

// transfer is for what does not go on behind it, or not always.
func (o *operands) transfer(fl flow, k opKind) flow {
	x, s := o.x, o.s
	switch k {
	case opTrap: // a fault, which ends the task
		fl.kind, fl.ends = stops, true
		return fl
	case opReturnException:
		fl.kind, fl.ends = returns, true
		return fl
	case opReturn:
		fl.kind, fl.ends = returns, true
		if !(amd64{}).returns(s) && !o.switchesStack {
			fl.what = badReturn
		}
		return fl
	}
	if rel, ok := x.Args[0].(x86asm.Rel); ok {
		fl.target = o.addr + fl.size + uint64(int64(rel))
		fl.kind = jumps
		switch k {
		case opCall:
			fl.kind = calls
		case opJump:
			fl.ends = true
		default:
			fl.maybe = true
			o.branch(&fl)
		}
		return fl
	}
	if m, ok := x.Args[0].(x86asm.Mem); ok && k == opJump {
		if fl.targets = o.jumpTable(m); fl.targets != nil {
			fl.kind, fl.ends = switches, true
			return fl
		}
	}
	fl.kind, fl.ends = indirect, k == opJump
	return fl
}

// branch is a conditional jump: what the comparison before says of the register on either
// way, or that one of the ways is never gone.
func (o *operands) branch(fl *flow) {
	s := o.s
	if s.avxCompared {
		if o.x.Op == x86asm.JE || o.x.Op == x86asm.JNE {
			fl.taken = s.clone()
			if (o.x.Op == x86asm.JE) == (s.avxWith != 0) {
				fl.taken.avxSet = true
			} else {
				s.avxSet = true
			}
		}
		return
	}
	if s.zeroKnown {
		switch o.x.Op {
		case x86asm.JE, x86asm.JNE:
			if s.zero == (o.x.Op == x86asm.JE) {
				fl.ends = true
			} else {
				fl.kind = straight
			}
		}
		return
	}
	if !s.compared {
		return
	}
	switch fl.taken = s.clone(); o.x.Op {
	case x86asm.JA:
		s.bound(s.operand, s.with)
	case x86asm.JBE:
		fl.taken.bound(s.operand, s.with)
	case x86asm.JAE:
		s.bound(s.operand, s.with-1)
	case x86asm.JB:
		fl.taken.bound(s.operand, s.with-1)
	default:
		fl.taken = nil
	}
}

// jumpTable returns where a jump through a table of constants in the image can go: to
// the entries up to the bound that the index was compared with.
func (o *operands) jumpTable(m x86asm.Mem) (targets []uint64) {
	base, size, ok := gpr(m.Base)
	index, isize, iok := gpr(m.Index)
	if !ok || !iok || size != 8 || isize != 8 || m.Scale != 8 || m.Segment != 0 {
		return nil
	}
	table, last := o.s.reg[base], o.s.reg[index]
	const most = 1 << 16
	if table.kind != constant || last.kind != atMost || last.n < 0 || last.n >= most {
		return nil
	}
	data := o.im.readOnly(uint64(table.n+int64(int32(m.Disp))), int(last.n+1)*8)
	for len(data) > 0 {
		targets = append(targets, o.im.order.Uint64(data))
		data = data[8:]
	}
	return targets
}

package main

import (
	"fmt"
	"math"

	"golang.org/x/arch/x86/x86asm"
)

type amd64 struct{}

const rsp = 4

func (amd64) returnAddress() int { return 8 }
func (amd64) stackPointer() int  { return rsp }

func (amd64) entry() *state {
	s := &state{kept: []int64{0}}
	s.reg[rsp] = value{stack, 0}
	return s
}

func (amd64) clobber(s *state) {
	sp := s.reg[rsp]
	s.reg = [16]value{}
	s.reg[rsp] = sp
	s.isZero = false
	s.flags()
}

func (amd64) saysNo(f *function, s *state) {
	if f.stackABI {
		s.zeroAt, s.isZero = s.reg[rsp].n, true
	} else {
		s.reg[0] = value{lowZero, 0} // AL
	}
}

// returns reports whether a return, or a jump to another function, would do what one at the
// function's entry does.
func (amd64) returns(s *state) bool { return s.reg[rsp] == value{stack, 0} && s.keeps(0) }

const avx = "a vector instruction of AVX, whose registers the interrupt entry does not save"

func (amd64) rootRoom() map[string]int64 { return map[string]int64{mark: 8 + 24, markUndo: 8 + 8} }

func (amd64) called(s *state, above int64) (over int64, what string) {
	if above <= 8 {
		return 0, ""
	}
	at := s.reg[rsp].n
	s.store(at, int(above-8), 8)
	return at + above - 8, ""
}

// prefixes looks at what comes before the opcode: what x86asm and a processor may read
// differently is refused. It returns where the opcode begins.
func prefixes(b []byte) (n int, data, fs bool, what string) {
	for ; n < len(b); n++ {
		switch b[n] {
		case 0x66:
			data = true
		case 0x64:
			fs = true
		case 0xf0, 0xf2, 0xf3:
		case 0x2e, 0x36, 0x3e, 0x26, 0x65, 0x67:
			return n, data, fs, "an instruction with a prefix that Go does not use"
		default:
			if b[n]&0xf0 == 0x40 {
				n++
			}
			if n < len(b) {
				switch b[n] {
				case 0xc4, 0xc5, 0x62, 0x8f:
					if b[n] == 0x8f {
						return n, data, fs, "an instruction that is not known to be harmless"
					}
					return n, data, fs, avx
				case 0x66, 0x64, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x65, 0x67:
					return n, data, fs, "an instruction with its prefixes in an odd order"
				}
				if b[n]&0xf0 == 0x40 {
					return n, data, fs, "an instruction with its prefixes in an odd order"
				}
			}
			return n, data, fs, ""
		}
	}
	return n, data, fs, ""
}

func (amd64) step(c *code, addr uint64, s *state) (fl flow) {
	b := c.f.code[addr-c.f.addr:]
	op, data, fs, what := prefixes(b)
	if what == avx && c.avx { // never reached
		fl.kind, fl.ends, fl.size = stops, true, 1
		return fl
	}
	if what != "" {
		fl.what = what
		return fl // its length may not be known either
	}
	x, err := x86asm.Decode(b, 64)
	if err != nil || x.Len <= op || x.Op == 0 {
		fl.what = fmt.Sprintf("an instruction that is not known: % x", b[:min(8, len(b))])
		return fl
	}
	fl.size = uint64(x.Len)
	k, known := harmless[x.Op]
	if !known && c.privileged {
		k, known = privilegedOps[x.Op]
	}
	if !known {
		fl.what = fmt.Sprintf("an instruction that is not known to be harmless: %v", x)
		return fl
	}
	for _, p := range x.Prefix {
		if p == 0 {
			break
		}
		unused := p&0xff == 0x66 && p&x86asm.PrefixImplicit == 0 && x.Op != x86asm.NOP
		if unused || p&x86asm.PrefixInvalid != 0 || (p&0xff == 0xf2 || p&0xff == 0xf3) && p&x86asm.PrefixImplicit == 0 && k != opString {
			fl.what = fmt.Sprintf("an instruction with a prefix that it cannot have: %v", x)
			return fl
		}
	}
	o := operands{x: x, s: s, addr: addr, im: c.im, permit: c.permit}
	for _, a := range x.Args {
		if r, ok := a.(x86asm.Reg); ok && r > x86asm.R15 && (r < x86asm.X0 || r > x86asm.X15) && !c.privileged {
			fl.what = fmt.Sprintf("an instruction that is not known to be harmless: %v", x)
			return fl
		}
	}
	if k >= opCall { // the forms that are known, without prefixes
		if data || fs || !plainTransfer(b[op:], k) {
			fl.what = fmt.Sprintf("a transfer of control that is no plain call, jump or return: %v", x)
			fl.ends = true
			return fl
		}
		return o.transfer(fl, k)
	}
	if misread(x, b[:op]) {
		fl.what = fmt.Sprintf("an instruction that is not known: % x", b[:x.Len])
		return fl
	}
	if fs && k != opReads && x.Op != x86asm.MOV || fs && isMem(x.Args[0]) && k != opReads {
		if !c.privileged {
			fl.what = fmt.Sprintf("a write of thread-local memory: %v", x)
		}
		return fl
	}
	fl.what = o.apply(k)
	fl.above = o.above
	return fl
}

// misread reports whether the decoder knows an instruction where the processor has none, or
// another: these forms take memory only, or none, or no prefixes.
func misread(x x86asm.Inst, prefixes []byte) bool {
	switch x.Op {
	case x86asm.MOVLPD, x86asm.MOVHPD:
		return !isMem(x.Args[0]) && !isMem(x.Args[1])
	case x86asm.RDRAND: // with memory it is VMPTRLD
		return isMem(x.Args[0])
	case x86asm.MOVNTI:
		return !isMem(x.Args[0]) || len(prefixes) > 0 && prefixes[0]&0xf0 != 0x40
	}
	return false
}

func isMem(a x86asm.Arg) bool { _, ok := a.(x86asm.Mem); return ok }

// plainTransfer knows the opcodes of the transfers that compilers make.
func plainTransfer(b []byte, k opKind) bool {
	switch k {
	case opCall:
		return b[0] == 0xe8 || b[0] == 0xff && len(b) > 1 && b[1]>>3&7 == 2
	case opJump:
		return b[0] == 0xe9 || b[0] == 0xeb || b[0] == 0xff && len(b) > 1 && b[1]>>3&7 == 4
	case opBranch:
		return b[0]&0xf0 == 0x70 || b[0] == 0x0f && len(b) > 1 && b[1]&0xf0 == 0x80
	case opReturn:
		return b[0] == 0xc3
	case opTrap:
		return b[0] == 0x0f && len(b) > 1 && b[1] == 0x0b
	}
	return k == opReturnException
}

// operands applies an instruction to a state.
type operands struct {
	x    x86asm.Inst
	s    *state
	addr uint64
	im   *image
	permit
	above int64
}

// gpr returns the number of a general register and the bytes of it that are meant.
func gpr(a x86asm.Arg) (n, size int, ok bool) {
	r, ok := a.(x86asm.Reg)
	switch {
	case !ok || r < x86asm.AL || r > x86asm.R15:
		return 0, 0, false
	case r < x86asm.AH:
		return int(r - x86asm.AL), 1, true
	case r < x86asm.SPB:
		return int(r - x86asm.AH), 1, true
	case r < x86asm.AX:
		return int(r-x86asm.SPB) + 4, 1, true
	case r < x86asm.EAX:
		return int(r - x86asm.AX), 2, true
	case r < x86asm.RAX:
		return int(r - x86asm.EAX), 4, true
	}
	return int(r - x86asm.RAX), 8, true
}

// address returns what is known of where an operand in memory lies.
func (o *operands) address(m x86asm.Mem) value {
	switch {
	case m.Index != 0:
		return value{}
	case m.Base == x86asm.RIP:
		return value{constant, int64(o.addr) + int64(o.x.Len) + int64(int32(m.Disp))}
	case m.Base == 0:
		return value{}
	}
	n, size, ok := gpr(m.Base)
	if !ok || size != 8 {
		return value{}
	}
	return o.s.reg[n].plus(int64(int32(m.Disp)))
}

// value returns what is known of an operand, all of its bytes.
func (o *operands) value(a x86asm.Arg) value {
	switch a := a.(type) {
	case x86asm.Imm:
		if o.x.DataSize == 64 && (o.x.Op != x86asm.MOV || isMem(o.x.Args[0]) || o.x.Len < 10) { // of 32 bits, with their sign
			return value{constant, int64(int32(a))}
		}
		return value{constant, int64(a)}
	case x86asm.Reg:
		if n, size, ok := gpr(a); ok {
			v := o.s.reg[n]
			if v.kind == lowZero && size == 1 && (a < x86asm.AH || a > x86asm.BH) {
				return value{constant, 0}
			}
			if size == 8 || size == 4 && (v.kind == constant || v.kind == atMost) && v.n >= 0 && v.n <= math.MaxUint32 {
				return v
			}
		}
	case x86asm.Mem:
		if at := o.address(a); at.kind == stack && o.s.isZero && at.n == o.s.zeroAt && o.x.MemBytes == 1 {
			return value{constant, 0}
		} else if at.kind == constant && o.x.MemBytes == 1 && alwaysOff[o.im.vars[uint64(at.n)]] != "" {
			return value{constant, 0}
		}
	}
	return value{}
}

// put writes an operand. A part of a register leaves the rest of it, which is then not
// known; 32 bits clear the others.
func (o *operands) put(a x86asm.Arg, v value) (what string) {
	switch a := a.(type) {
	case x86asm.Reg:
		n, size, ok := gpr(a)
		if !ok {
			return ""
		}
		switch {
		case size < 4:
			v = value{}
		case size == 4 && v.kind == constant:
			v.n = int64(uint32(v.n))
		case size == 4 && v.kind == stack:
			v = value{}
		}
		o.s.set(n, v)
	case x86asm.Mem:
		size := o.x.MemBytes
		if size == 0 {
			size = 8
		}
		if at := o.address(a); at.kind == stack {
			o.s.store(at.n, size, 8)
			o.above = max(o.above, at.n+int64(size))
			if at.n < o.s.reg[rsp].n {
				return fmt.Sprintf("a store below the stack pointer: %v", o.x)
			}
		}
	}
	return ""
}

func (o *operands) push() {
	o.s.reg[rsp] = o.s.reg[rsp].plus(-8)
	o.s.store(o.s.reg[rsp].n, 8, 8)
}

// apply does what an instruction does that goes on behind it.
func (o *operands) apply(k opKind) (what string) {
	x, s := o.x, o.s
	a, b := x.Args[0], x.Args[1]
	switch k {
	case opReads:
		o.compare()
		return ""
	case opPush:
		if x.DataSize == 16 {
			return fmt.Sprintf("a push of 16 bits: %v", x)
		}
		o.push()
		return ""
	case opPop:
		if x.DataSize == 16 || isMem(a) {
			return fmt.Sprintf("a pop of 16 bits or to memory: %v", x)
		}
		s.reg[rsp] = s.reg[rsp].plus(8)
		if n, _, ok := gpr(a); ok {
			s.set(n, value{})
		}
		return ""
	case opString:
		s.flags()
		for _, n := range []int{0, 1, 6, 7} { // AX, CX, SI, DI
			s.set(n, value{})
		}
		return ""
	case opExchange:
		s.flags()
		if what = o.put(a, value{}); what == "" {
			what = o.put(b, value{})
		}
		s.set(0, value{})
		return what
	case opImplicit:
		s.flags()
		if x.Op != x86asm.IMUL || b == nil {
			for n := range 4 { // AX, CX, DX, BX
				s.set(n, value{})
			}
			if x.Op == x86asm.IMUL || x.Op == x86asm.MUL || x.Op == x86asm.DIV || x.Op == x86asm.IDIV {
				return ""
			}
		}
		return o.put(a, value{})
	}
	return o.write()
}

// write is for what writes its first operand.
func (o *operands) write() string {
	x, s := o.x, o.s
	a, b := x.Args[0], x.Args[1]
	v := value{}
	bv := value{}
	if b != nil {
		bv = o.value(b)
	}
	switch x.Op {
	case x86asm.MOV:
		return o.put(a, bv) // the flags stay
	case x86asm.LEA:
		if m, ok := b.(x86asm.Mem); ok {
			v = o.address(m)
		}
		return o.put(a, v)
	case x86asm.MOVZX:
		v = bv
		if v.kind == unknown {
			switch n := x.MemBytes; {
			case n == 1:
				v = value{atMost, 255}
			case n == 2:
				v = value{atMost, 65535}
			default:
				if _, size, ok := gpr(b); ok {
					v = value{atMost, 1<<(8*size) - 1}
				}
			}
		}
		return o.put(a, v)
	case x86asm.ADD, x86asm.SUB:
		if bv.kind == constant {
			n := bv.n
			if x.Op == x86asm.SUB {
				n = -n
			}
			if n0, size, ok := gpr(a); ok && size == 8 {
				v = s.reg[n0].plus(n)
			}
		}
	case x86asm.XOR:
		if a == b && !isMem(a) {
			v = value{constant, 0}
		}
	case x86asm.AND:
		if bv.kind == constant && bv.n >= 0 {
			v = value{atMost, bv.n}
		}
	}
	s.flags()
	return o.put(a, v)
}

// compare notes what a comparison compared.
func (o *operands) compare() {
	x, s := o.x, o.s
	switch x.Op {
	case x86asm.CMP:
		n := o.value(x.Args[1])
		reg, size, ok := gpr(x.Args[0])
		if !ok || size != 8 {
			reg = -1
		}
		if n.kind == constant {
			s.compare(reg, o.value(x.Args[0]), n.n)
			return
		}
	case x86asm.TEST:
		if x.Args[0] == x.Args[1] && !isMem(x.Args[0]) {
			s.compare(-1, o.value(x.Args[0]), 0)
			return
		}
	case x86asm.NOP, x86asm.PAUSE, x86asm.LFENCE, x86asm.MFENCE, x86asm.SFENCE, x86asm.PREFETCHT0, x86asm.PREFETCHT1, x86asm.PREFETCHT2, x86asm.PREFETCHNTA:
		return
	}
	s.flags()
}

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
		s.bound(s.reg_, s.with)
	case x86asm.JBE:
		fl.taken.bound(s.reg_, s.with)
	case x86asm.JAE:
		s.bound(s.reg_, s.with-1)
	case x86asm.JB:
		fl.taken.bound(s.reg_, s.with-1)
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

package verify

import (
	"fmt"
	"math"

	"golang.org/x/arch/x86/x86asm"
)

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
	case m.Base == x86asm.RIP:
		return value{constant, int64(o.addr) + int64(o.x.Len) + int64(int32(m.Disp))}
	case m.Base == 0:
		return value{}
	}
	n, size, ok := gpr(m.Base)
	if !ok || size != 8 {
		return value{}
	}
	offset := int64(int32(m.Disp))
	if m.Index != 0 {
		index, size, ok := gpr(m.Index)
		if !ok || size != 8 || o.s.reg[index].kind != constant {
			return value{} // computed at run time
		}
		offset += o.s.reg[index].n * int64(m.Scale)
	}
	return o.s.reg[n].plus(offset)
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
			if size == 8 || v.kind == avxFlag && (a < x86asm.AH || a > x86asm.BH) || size == 4 && (v.kind == constant || v.kind == atMost) && v.n >= 0 && v.n <= math.MaxUint32 {
				return v
			}
		}
	case x86asm.Mem:
		if at := o.address(a); at.kind == stack && o.s.isZero && at.n == o.s.zeroAt && o.x.MemBytes == 1 {
			return value{constant, 0}
		} else if at.kind == constant && o.x.MemBytes == 1 && avxFlags[o.im.vars[uint64(at.n)]] != "" {
			return value{kind: avxFlag}
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
		what = o.storeString()
		for _, n := range []int{0, 1, 6, 7} { // AX, CX, SI, DI
			s.set(n, value{})
		}
		return what
	case opExchange:
		s.flags()
		if isMem(b) { // its address before a register of it changes
			a, b = b, a
		}
		if what = o.put(a, value{}); what == "" {
			what = o.put(b, value{})
		}
		s.set(0, value{})
		return what
	case opImplicit:
		s.flags()
		one := x.Op == x86asm.IMUL && b == nil || x.Op == x86asm.MUL || x.Op == x86asm.DIV || x.Op == x86asm.IDIV
		if !one { // a is written; its address before a register of it changes
			what = o.put(a, value{})
		}
		if x.Op != x86asm.IMUL || one {
			for n := range 4 { // AX, CX, DX, BX
				s.set(n, value{})
			}
		}
		return what
	}
	switch x.Op {
	case x86asm.BTS, x86asm.BTR, x86asm.BTC:
		if _, ok := b.(x86asm.Reg); ok && isMem(a) {
			return fmt.Sprintf("a store of a bit at a distance that is in a register: %v", x)
		}
	}
	return o.write()
}

// stringStores are the string instructions that store, and how many bytes each time.
var stringStores = map[x86asm.Op]int{
	x86asm.MOVSB: 1, x86asm.MOVSW: 2, x86asm.MOVSD: 4, x86asm.MOVSQ: 8,
	x86asm.STOSB: 1, x86asm.STOSW: 2, x86asm.STOSD: 4, x86asm.STOSQ: 8,
}

// storeString is the store of a string instruction, upwards from DI: the direction flag is clear,
// since what sets it is refused.
func (o *operands) storeString() (what string) {
	x, s := o.x, o.s
	size, stores := stringStores[x.Op]
	at := s.reg[7]
	if !stores || at.kind != stack {
		return ""
	}
	for _, p := range x.Prefix {
		if p == 0 {
			break
		}
		if p&0xff == 0xf2 || p&0xff == 0xf3 {
			count := s.reg[1]
			if count.kind != constant || count.n < 0 || count.n > 1<<20 {
				return fmt.Sprintf("a store to the stack of a length that is not known: %v", x)
			}
			size *= int(count.n)
		}
	}
	s.store(at.n, size, 8)
	o.above = max(o.above, at.n+int64(size))
	if at.n < s.reg[rsp].n {
		return fmt.Sprintf("a store below the stack pointer: %v", x)
	}
	return ""
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

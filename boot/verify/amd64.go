package verify

import (
	"fmt"
	"slices"

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
					if !needsVectors(b[n:]) {
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

// needsVectors reports whether an instruction with a VEX or EVEX prefix is one that faults where the
// registers of AVX are not switched on. Those of BMI1, BMI2 and the like, which have such a prefix
// and work with the ordinary registers, do not (Intel SDM volume 2, 2.7, exception types 13 and 14):
// they are behind 0xe0 in the maps 0f38 and 0f3a. Maps that are not known may have others.
func needsVectors(b []byte) bool {
	head := 3 // the prefix's bytes before the opcode
	opcodes := byte(1)
	switch {
	case b[0] == 0xc5:
		head = 2
	case len(b) > 1 && b[0] == 0xc4:
		opcodes = b[1] & 0x1f
	case len(b) > 1:
		head, opcodes = 4, b[1]&0x0f
	}
	return len(b) > head && (opcodes == 1 || (opcodes == 2 || opcodes == 3) && b[head] < 0xe0)
}

func (amd64) step(c *code, addr uint64, s *state) (fl flow) {
	b := c.f.code[addr-c.f.addr:]
	op, data, fs, what := prefixes(b)
	if what == avx && (c.avx || s.avxSet) { // never reached
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
	case x86asm.PAUSE: // with REX.B it is XCHG R8, RAX (Intel SDM volume 2, XCHG), or so processors do
		return slices.ContainsFunc(prefixes, func(p byte) bool { return p&0xf0 == 0x40 })
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

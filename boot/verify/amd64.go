package main

import (
	"fmt"

	"golang.org/x/arch/x86/x86asm"
)

type amd64 struct{}

func (amd64) returnAddress() int { return 8 }

func (amd64) decode(f *function, addr uint64) (in instruction, err error) {
	x, err := x86asm.Decode(f.code[addr-f.addr:], 64)
	if err != nil {
		// The decoder knows neither VEX nor EVEX: vectors that the entry does not save.
		return in, fmt.Errorf("an instruction that is not known, AVX perhaps: % x", f.code[addr-f.addr:min(addr-f.addr+8, uint64(len(f.code)))])
	}
	in.size, in.next = uint64(x.Len), true
	switch x.Op {
	case x86asm.RET, x86asm.IRET, x86asm.IRETD, x86asm.IRETQ, x86asm.UD2:
		in.next = false
	case x86asm.CALL:
		in.call = true
		in.follow(x, addr)
	case x86asm.JMP:
		in.jump, in.next = true, false
		in.follow(x, addr)
	case x86asm.PUSH, x86asm.PUSHFQ:
		in.push = 8
	case x86asm.POP, x86asm.POPFQ:
		in.push = -8
	case x86asm.SUB, x86asm.ADD, x86asm.AND:
		if n, ok := x.Args[1].(x86asm.Imm); ok && x.Args[0] == x86asm.RSP {
			switch x.Op {
			case x86asm.SUB:
				in.push = int(n)
			case x86asm.ADD:
				in.push = -int(n)
			case x86asm.AND:
				in.push = int(-n) - 1 // for alignment, at most
			}
		}
	default:
		if rel, ok := x.Args[0].(x86asm.Rel); ok { // conditional
			in.jump = true
			in.target = addr + in.size + uint64(int64(rel))
		}
	}
	return in, nil
}

func (in *instruction) follow(x x86asm.Inst, addr uint64) {
	if rel, ok := x.Args[0].(x86asm.Rel); ok {
		in.target = addr + in.size + uint64(int64(rel))
		return
	}
	in.indirect = true
}

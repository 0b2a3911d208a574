package main

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/arch/arm/armasm"
)

type arm struct{}

func (arm) returnAddress() int { return 0 } // in LR; the callee's frame has room for it

func (arm) decode(f *function, addr uint64) (in instruction, err error) {
	code := f.code[addr-f.addr:]
	if len(code) < 4 {
		return in, fmt.Errorf("half an instruction")
	}
	w := binary.LittleEndian.Uint32(code)
	in.size, in.next = 4, true
	always := w>>28 == 0xe
	switch {
	case w>>25&7 == 5 && w>>28 != 0xf: // B, BL
		in.target = uint64(uint32(int32(addr) + 8 + int32(w<<8)>>6))
		in.call = w>>24&1 == 1
		in.jump = !in.call
		in.next = in.call || !always
		return in, nil
	case w&0x0ffffff0 == 0x012fff30: // BLX register
		in.call, in.indirect = true, true
		return in, nil
	case w&0x0ffffff0 == 0x012fff10: // BX register
		in.next = !always
		if w&15 != 14 {
			in.jump, in.indirect = true, true
		}
		return in, nil
	case w>>25&7 == 6 || w>>24&15 == 14: // coprocessors: which, and which registers
		if cp := w >> 8 & 15; cp == 11 && (w>>22&1 == 1 || w>>25&7 == 7 && w>>24&15 == 14 && w>>4&1 == 0 && (w>>7&1 == 1 || w>>5&1 == 1)) {
			in.bad = "a vector register from D16 on, which the entry does not save"
		}
		if w&0x0fff0fff&^0xff == 0x0d2d0b00 { // vpush
			in.push = int(w&0xff) * 4
		}
		if w&0x0fff0fff&^0xff == 0x0cbd0b00 {
			in.push = -int(w&0xff) * 4
		}
		return in, nil
	case w&0xfe5fffe0 == 0xf84d0500: // srs
		if w>>21&1 == 1 {
			in.push = 8
		}
		return in, nil
	case w&0xfe50ffff == 0xf8100a00: // rfe
		in.next = false
		return in, nil
	case w>>28 == 0xf, w&0x0fbf0fff == 0x010f0000, w&0x0fb0fff0 == 0x0120f000: // cps, barriers, clrex, mrs, msr
		return in, nil
	}
	if w>>25&7 == 3 && (w>>4&1 == 1 || w>>12&15 != 15) {
		// A load or store with a register offset, of which not all are known, or among
		// the media instructions, where PC as a result means that there is none.
		if w>>4&1 == 0 && w>>21&1 == 1 && w>>16&15 == 13 { // str lr, [sp, r11]!
			in.bad = "a stack frame of more than 4,095 bytes"
		}
		return in, nil
	}
	if w&0x0e600000 == 0x08400000 && (w>>20&1 == 0 || w>>15&1 == 0) { // stm, ldm of the registers of System mode
		return in, nil
	}
	x, err := armasm.Decode(code, armasm.ModeARM)
	if err != nil {
		return in, fmt.Errorf("an instruction that is not known: %08x", w)
	}
	switch {
	case w&0x0fff0000 == 0x052d0000: // str ..., [sp, #-n]!
		in.push = int(w & 0xfff)
	case w&0x0fff0000 == 0x049d0000: // ldr ..., [sp], #n
		in.push = -int(w & 0xfff)
	case w&0x0ffff000 == 0x024dd000: // sub sp, sp, #n
		in.push = immediate(w)
	case w&0x0ffff000 == 0x028dd000: // add sp, sp, #n
		in.push = -immediate(w)
	case w&0x0fff0000 == 0x092d0000: // stmdb sp!
		in.push = 4 * bits(w)
	case w&0x0fff0000 == 0x08bd0000: // ldmia sp!
		in.push = -4 * bits(w)
	}
	if writesPC(w, x) {
		in.next = !always
		base := w >> 16 & 15
		isReturn := w&0x0c500000 == 0x04100000 && base == 13 || // ldr pc, [sp...]
			w&0x0e100000 == 0x08100000 && base == 13 || // ldm sp
			w&0x0feffff0 == 0x01a0f000 && w&15 == 14 || // mov(s) pc, lr
			w&0x0fffffff == 0x028ef000 // add pc, lr, #0: so does Go's assembler write it
		if !isReturn {
			in.jump, in.indirect = true, true
		}
	}
	return in, nil
}

// writesPC recognises loads and arithmetic with the program counter as the result.
func writesPC(w uint32, x armasm.Inst) bool {
	if w&0x0e100000 == 0x08100000 { // ldm
		return w>>15&1 == 1
	}
	switch x.Op &^ 15 {
	case armasm.CMP_EQ &^ 15, armasm.CMN_EQ &^ 15, armasm.TST_EQ &^ 15, armasm.TEQ_EQ &^ 15:
		return false
	}
	if w&0x0c000000 == 0x04000000 { // single load or store
		return w>>20&1 == 1 && w>>12&15 == 15
	}
	return w&0x0c000000 == 0 && x.Args[0] == armasm.PC
}

func immediate(w uint32) int {
	rot := w >> 8 & 15 * 2
	v := w & 0xff
	return int(v>>rot | v<<(32-rot))
}

func bits(w uint32) (n int) {
	for i := range 16 {
		n += int(w >> i & 1)
	}
	return n
}

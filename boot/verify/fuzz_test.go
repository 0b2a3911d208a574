package verify

import (
	"encoding/binary"
	"testing"

	"golang.org/x/arch/arm/armasm"
	"golang.org/x/arch/x86/x86asm"
)

// FuzzDecode: whatever the bytes are, nothing panics, and no instruction is accepted that a
// decoder does not know, that is of another length, or that is on one of the lists of what
// must never be.
func FuzzDecode(f *testing.F) {
	for _, x := range amd64Flows {
		f.Add(false, unhex(f, x.code))
	}
	for _, x := range armFlows {
		f.Add(true, words(f, x.code))
	}
	f.Fuzz(func(t *testing.T, isARM bool, b []byte) {
		if len(b) > 1<<12 {
			return // a large one finds nothing more, but takes long
		}
		var a arch = amd64{}
		if isARM {
			a = arm{}
		}
		im, fn := made(a, b, b)
		c := &code{im: im, f: fn, noReturn: newWalker(im).noReturn, above: newWalker(im).above}
		for at := range b {
			if isARM && at&3 != 0 {
				continue
			}
			s := a.entry()
			fl := a.step(c, codeAt+uint64(at), s)
			if fl.what != "" || s.reg[a.stackPointer()].kind != stack {
				continue
			}
			if isARM {
				acceptedARM(t, b[at:], fl)
			} else {
				acceptedAmd64(t, b[at:], fl)
			}
		}
		got, body := judge(im, fn, permit{})
		if got == "" && (body.deepest < 0 || len(b) == 0) {
			t.Errorf("% x: %d bytes of stack", b, body.deepest)
		}
	})
}

func acceptedAmd64(t *testing.T, b []byte, fl flow) {
	if fl.size == 0 || fl.size > 15 || fl.size > uint64(len(b)) {
		t.Fatalf("% x: %d bytes", b, fl.size)
	}
	b = b[:fl.size]
	x, err := x86asm.Decode(b, 64)
	if err != nil || x.Len != len(b) {
		t.Fatalf("% x: accepted, and not known: %v", b, err)
	}
	for n := range len(b) - 1 {
		if y, err := x86asm.Decode(b[:n+1], 64); err == nil && y.Op != 0 {
			t.Fatalf("% x: is %v with %d bytes", b, y, n+1)
		}
	}
	switch x.Op {
	case x86asm.SYSCALL, x86asm.SYSENTER, x86asm.INT, x86asm.INTO, x86asm.IRET, x86asm.IRETD, x86asm.IRETQ, x86asm.HLT,
		x86asm.CLI, x86asm.STI, x86asm.STD, x86asm.POPF, x86asm.POPFQ, x86asm.ENTER, x86asm.LEAVE, x86asm.LRET,
		x86asm.LCALL, x86asm.LJMP, x86asm.WRMSR, x86asm.LDMXCSR, x86asm.FLDCW, x86asm.XRSTOR, x86asm.INVLPG:
		t.Fatalf("% x: %v accepted", b, x)
	}
	for _, arg := range x.Args {
		if r, ok := arg.(x86asm.Reg); ok && r > x86asm.R15 && (r < x86asm.X0 || r > x86asm.X15) {
			t.Fatalf("% x: %v accepted", b, x)
		}
	}
}

func acceptedARM(t *testing.T, b []byte, fl flow) {
	if fl.size != 4 || len(b) < 4 {
		t.Fatalf("% x: %d bytes", b, fl.size)
	}
	w := binary.LittleEndian.Uint32(b)
	if w>>28 == 15 {
		switch {
		case w>>4 == 0xf57ff04, w>>4 == 0xf57ff05, w>>4 == 0xf57ff06, w == 0xf57ff01f, w == 0xf7fabcfd, w>>20&^8 == 0xf55:
			return
		}
		t.Fatalf("%08x accepted", w)
	}
	if group := w >> 25 & 7; group == 3 || group > 5 {
		if group == 7 && w>>24&1 == 1 || group >= 6 && w>>9&7 != 5 && w&0x0ff00fff != 0x0c500f0e {
			t.Fatalf("%08x accepted", w) // a supervisor call, another coprocessor
		}
		return // the decoder does not know them all
	}
	x, err := armasm.Decode(b, armasm.ModeARM)
	if err != nil {
		t.Fatalf("%08x: accepted, and not known: %v", w, err)
	}
	switch x.Op &^ 15 {
	case armasm.SVC_EQ &^ 15, armasm.BKPT_EQ &^ 15, armasm.MSR_EQ &^ 15, armasm.WFI_EQ &^ 15, armasm.WFE_EQ &^ 15, armasm.BXJ_EQ &^ 15:
		t.Fatalf("%08x: %v accepted", w, x)
	}
}

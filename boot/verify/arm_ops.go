package verify

// An encoding is a set of instructions: those that are value in the bits of mask. A
// condition is not looked at where mask leaves it out, but 1111 is none.
type encoding struct {
	mask, value uint32
	kind        armKind
	vector      vectorRegs
	privileged  bool   // only in the functions that rules.go names for it
	ends        bool   // refused, and nothing behind it is looked at
	what        string // why it is refused
}

// An armKind is what an instruction does to the state, as far as that is followed.
type armKind uint8

const (
	armRefused        armKind = iota
	armNothing                // to the registers and the arithmetic flags
	armFlags                  // only to the flags
	armTrap                   // a fault, which ends the task
	armBranch                 // B, BL
	armBranchReg              // BX
	armCallReg                // BLX of a register
	armArith                  // data processing
	armMoveWide               // MOVW, MOVT
	armResult12               // a result in the register of bits 12 to 15
	armResult16               // ... 16 to 19
	armLong                   // ... both
	armLoadStore              // of words and bytes
	armLoadStoreExtra         // of half words, double words, with signs
	armExclusive
	armMultiple // LDM, STM
	armVectorMemory
	armVectorToCore
	armVectorToTwo
	armSRS
	armRFE
)

// vectorRegs says which of the bits 22 (D), 7 (N) and 5 (M) are the highest of the number of
// a double register. It is 0 for D0 to D15, which the interrupt entry saves; the processor
// has 32.
type vectorRegs uint32

const (
	vd vectorRegs = 1 << 22
	vn vectorRegs = 1 << 7
	vm vectorRegs = 1 << 5

	// where doubles are meant only if bit 8 is set: coprocessor 11
	sized vectorRegs = 1
)

func vectorBeyond(w uint32, e *encoding) bool {
	if e.vector == 0 || e.vector&sized != 0 && w>>8&1 == 0 {
		return false
	}
	if e.kind == armVectorMemory && w>>24&1 == 0 || e.kind == armVectorMemory && w>>21&1 == 1 { // several, from Vd on
		if w>>12&15+w&0xff/2 > 16 {
			return true
		}
	}
	return w&uint32(e.vector&^sized) != 0
}

// lookUp returns the first encoding that an instruction has, or nil.
func lookUp(w uint32) *encoding {
	table := &conditionalOps[w>>25&7]
	if w>>28 == 15 {
		table = &unconditionalOps
	}
	for i := range *table {
		if e := &(*table)[i]; w&e.mask == e.value {
			return e
		}
	}
	return nil
}

// unconditionalOps are those whose condition is 1111. All others with it are NEON's, or
// changes of the instruction set.
var unconditionalOps = []encoding{
	{mask: 0xfe000000, value: 0xfa000000, ends: true, what: "a call that changes the instruction set (BLX), which is not followed"},
	{mask: 0xffffffff, value: 0xf57ff01f, kind: armNothing},                   // CLREX
	{mask: 0xfffffff0, value: 0xf57ff040, kind: armNothing},                   // DSB
	{mask: 0xfffffff0, value: 0xf57ff050, kind: armNothing},                   // DMB
	{mask: 0xfffffff0, value: 0xf57ff060, kind: armNothing},                   // ISB
	{mask: 0xff70f000, value: 0xf550f000, kind: armNothing},                   // PLD
	{mask: 0xffffffff, value: 0xf7fabcfd, kind: armTrap},                      // Go's UNDEF
	{mask: 0xfff1fe20, value: 0xf1000000, kind: armNothing, privileged: true}, // CPS
	{mask: 0xfe5fffe0, value: 0xf84d0500, kind: armSRS, privileged: true},     // SRS
	{mask: 0xfe50ffff, value: 0xf8100a00, kind: armRFE, privileged: true},     // RFE
	{mask: 0xfe000000, value: 0xf2000000, what: neon},
	{mask: 0xff100000, value: 0xf4000000, what: neon},
	{mask: 0xff100000, value: 0xf4100000, what: "an instruction that is not known to be harmless"},
}

const neon = "a vector instruction of NEON, whose registers the interrupt entry does not all save"

// conditionalOps are the others, by bits 25 to 27 (ARM DDI 0406C, A5.1). What is in none is
// refused. First what would be of a group by its form, and is another instruction.
var conditionalOps = [8][]encoding{
	// Data processing with registers, multiplications, exclusive and other loads.
	0: {
		{mask: 0x0fe0f0f0, value: 0x00000090, kind: armResult16}, // MUL
		{mask: 0x0fe000f0, value: 0x00200090, kind: armResult16}, // MLA
		{mask: 0x0ff000f0, value: 0x00400090, kind: armLong},     // UMAAL
		{mask: 0x0ff000f0, value: 0x00600090, kind: armResult16}, // MLS
		{mask: 0x0f8000f0, value: 0x00800090, kind: armLong},     // UMULL, UMLAL, SMULL, SMLAL
		{mask: 0x0f900ff0, value: 0x01800f90, kind: armExclusive},
		{mask: 0x0f900fff, value: 0x01900f9f, kind: armExclusive},
		{mask: 0x0f0000f0, value: 0x01000090}, // SWP and what is not assigned
		{mask: 0x0f2000f0, value: 0x002000b0}, // LDRHT and others, of user mode
		{mask: 0x0f2000d0, value: 0x002000d0},
		{mask: 0x0e4000f0, value: 0x004000b0, kind: armLoadStoreExtra}, // with an immediate
		{mask: 0x0e4000d0, value: 0x004000d0, kind: armLoadStoreExtra},
		{mask: 0x0e400ff0, value: 0x000000b0, kind: armLoadStoreExtra}, // with a register
		{mask: 0x0e400fd0, value: 0x000000d0, kind: armLoadStoreExtra},
		{mask: 0x0e000090, value: 0x00000090},                                      // what is left of these
		{mask: 0x0fff0fff, value: 0x010f0000, kind: armResult12},                   // MRS of CPSR
		{mask: 0x0fff0fff, value: 0x014f0000, kind: armResult12, privileged: true}, // MRS of SPSR
		{mask: 0x0fb0fff0, value: 0x0120f000, kind: armFlags, privileged: true},    // MSR
		{mask: 0x0ffffff0, value: 0x012fff10, kind: armBranchReg},                  // BX
		{mask: 0x0ffffff0, value: 0x012fff30, kind: armCallReg},                    // BLX
		{mask: 0x0fff0ff0, value: 0x016f0f10, kind: armResult12},                   // CLZ
		{mask: 0x0ff00090, value: 0x01000080, kind: armResult16},                   // SMLA
		{mask: 0x0ff000b0, value: 0x01200080, kind: armResult16},                   // SMLAW
		{mask: 0x0ff0f0b0, value: 0x012000a0, kind: armResult16},                   // SMULW
		{mask: 0x0ff00090, value: 0x01400080, kind: armLong},                       // SMLAL of half words
		{mask: 0x0ff0f090, value: 0x01600080, kind: armResult16},                   // SMUL
		{mask: 0x0f900000, value: 0x01000000},                                      // the rest of where CMP would leave the flags
		{mask: 0x0f90f000, value: 0x01100000, kind: armArith},                      // TST, TEQ, CMP, CMN
		{mask: 0x0f900000, value: 0x01100000},                                      // ... with a result
		{mask: 0x0fef0000, value: 0x01a00000, kind: armArith},                      // MOV, shifts
		{mask: 0x0fef0000, value: 0x01e00000, kind: armArith},                      // MVN
		{mask: 0x0fa00000, value: 0x01a00000},                                      // ... with two operands
		{mask: 0x0e000000, value: 0x00000000, kind: armArith},
	},
	// Data processing with immediates.
	1: {
		{mask: 0x0ff00000, value: 0x03000000, kind: armMoveWide},
		{mask: 0x0ff00000, value: 0x03400000, kind: armMoveWide},
		{mask: 0x0fffffff, value: 0x0320f000, kind: armNothing},                   // NOP
		{mask: 0x0fffffff, value: 0x0320f001, kind: armNothing},                   // YIELD
		{mask: 0x0fffffff, value: 0x0320f003, kind: armNothing, privileged: true}, // WFI
		{mask: 0x0f900000, value: 0x03000000},                                     // MSR, hints
		{mask: 0x0f90f000, value: 0x03100000, kind: armArith},
		{mask: 0x0f900000, value: 0x03100000},
		{mask: 0x0fef0000, value: 0x03a00000, kind: armArith},
		{mask: 0x0fef0000, value: 0x03e00000, kind: armArith},
		{mask: 0x0fa00000, value: 0x03a00000},
		{mask: 0x0e000000, value: 0x02000000, kind: armArith},
	},
	// Loads and stores with an immediate.
	2: {
		{mask: 0x0f200000, value: 0x04200000}, // LDRT and others, of user mode
		{mask: 0x0e000000, value: 0x04000000, kind: armLoadStore},
	},
	// Loads and stores with a register; media instructions.
	3: {
		{mask: 0x0fe00070, value: 0x07a00050, kind: armResult12}, // SBFX
		{mask: 0x0fe00070, value: 0x07e00050, kind: armResult12}, // UBFX
		{mask: 0x0fe00070, value: 0x07c00010, kind: armResult12}, // BFI, BFC
		{mask: 0x0fff0ff0, value: 0x06bf0f30, kind: armResult12}, // REV
		{mask: 0x0fff0ff0, value: 0x06bf0fb0, kind: armResult12}, // REV16
		{mask: 0x0fff0ff0, value: 0x06ff0f30, kind: armResult12}, // RBIT
		{mask: 0x0fff0ff0, value: 0x06ff0fb0, kind: armResult12}, // REVSH
		{mask: 0x0fb003f0, value: 0x06800070, kind: armResult12}, // SXTAB16, UXTAB16
		{mask: 0x0fa003f0, value: 0x06a00070, kind: armResult12}, // SXTB, UXTH and others
		{mask: 0x0ff00030, value: 0x06800010, kind: armResult12}, // PKH
		{mask: 0x0fa00030, value: 0x06a00010, kind: armResult12}, // SSAT, USAT
		{mask: 0x0fd0f0f0, value: 0x0710f010, kind: armResult16}, // SDIV, UDIV
		{mask: 0x0ff000d0, value: 0x07500010, kind: armResult16}, // SMMUL, SMMLA
		{mask: 0x0ff000d0, value: 0x075000d0, kind: armResult16}, // SMMLS
		{mask: 0xfff000f0, value: 0xe7f000f0, kind: armTrap},     // UDF
		{mask: 0x0e000010, value: 0x06000010},                    // other media instructions
		{mask: 0x0f200000, value: 0x06200000},                    // of user mode
		{mask: 0x0e000010, value: 0x06000000, kind: armLoadStore},
	},
	4: {
		{mask: 0x0e400000, value: 0x08400000, kind: armNothing, privileged: true}, // of another mode's registers
		{mask: 0x0e000000, value: 0x08000000, kind: armMultiple},
	},
	5: {
		{mask: 0x0e000000, value: 0x0a000000, kind: armBranch},
	},
	// Coprocessors 10 and 11 are the vector unit.
	6: {
		{mask: 0x0fe00fff, value: 0x0c400a3f},                                            // VMOV of S31 and the one behind
		{mask: 0x0ff00fd0, value: 0x0c400a10, kind: armNothing},                          // VMOV to two singles
		{mask: 0x0ff00fd0, value: 0x0c500a10, kind: armVectorToTwo},                      // ... from them
		{mask: 0x0ff00fd0, value: 0x0c400b10, kind: armNothing, vector: vm},              // VMOV to a double
		{mask: 0x0ff00fd0, value: 0x0c500b10, kind: armVectorToTwo, vector: vm},          // ... from it
		{mask: 0x0ff00fff, value: 0x0c500f0e, kind: armVectorToTwo},                      // MRRC of CNTPCT
		{mask: 0x0ff00f0f, value: 0x0c400f0e, kind: armNothing, privileged: true},        // MCRR of the timer
		{mask: 0x0fa00000, value: 0x0c000000, kind: armRefused},                          // other moves of two registers
		{mask: 0x0f200e00, value: 0x0d000a00, kind: armVectorMemory, vector: vd | sized}, // VLDR, VSTR
		{mask: 0x0fa00e00, value: 0x0c800a00, kind: armVectorMemory, vector: vd | sized}, // VLDMIA, VSTMIA
		{mask: 0x0fa00e00, value: 0x0ca00a00, kind: armVectorMemory, vector: vd | sized}, // ... with write-back
		{mask: 0x0fa00e00, value: 0x0d200a00, kind: armVectorMemory, vector: vd | sized}, // VLDMDB, VSTMDB
	},
	7: {
		{mask: 0x0f000000, value: 0x0f000000, what: "a supervisor call"},

		{mask: 0x0fff0fff, value: 0x0ef10a10, kind: armVectorToCore}, // VMRS of FPSCR
		{mask: 0x0fff0fff, value: 0x0ee10a10, kind: armNothing, privileged: true},
		{mask: 0x0ff00f7f, value: 0x0e000a10, kind: armNothing},                        // VMOV to a single
		{mask: 0x0ff00f7f, value: 0x0e100a10, kind: armVectorToCore},                   // ... from it
		{mask: 0x0fd00f7f, value: 0x0e000b10, kind: armNothing, vector: vn},            // VMOV to half of a double
		{mask: 0x0fd00f7f, value: 0x0e100b10, kind: armVectorToCore, vector: vn},       // ... from it
		{mask: 0x0f000010, value: 0x0e000010, kind: armVectorToCore, privileged: true}, // MCR, MRC: MCR to a register reads only

		{mask: 0x0fb00e10, value: 0x0e000a00, kind: armNothing, vector: vd | vn | vm | sized}, // VMLA, VMLS
		{mask: 0x0fb00e10, value: 0x0e100a00, kind: armNothing, vector: vd | vn | vm | sized}, // VNMLA, VNMLS
		{mask: 0x0fb00e10, value: 0x0e200a00, kind: armNothing, vector: vd | vn | vm | sized}, // VMUL, VNMUL
		{mask: 0x0fb00e10, value: 0x0e300a00, kind: armNothing, vector: vd | vn | vm | sized}, // VADD, VSUB
		{mask: 0x0fb00e50, value: 0x0e800a00, kind: armNothing, vector: vd | vn | vm | sized}, // VDIV
		{mask: 0x0fb00e10, value: 0x0e900a00, kind: armNothing, vector: vd | vn | vm | sized}, // VFNMA, VFNMS
		{mask: 0x0fb00e10, value: 0x0ea00a00, kind: armNothing, vector: vd | vn | vm | sized}, // VFMA, VFMS
		{mask: 0x0fb00ef0, value: 0x0eb00a00, kind: armNothing, vector: vd | sized},           // VMOV of a constant
		{mask: 0x0fbf0e50, value: 0x0eb00a40, kind: armNothing, vector: vd | vm | sized},      // VMOV, VABS
		{mask: 0x0fbf0e50, value: 0x0eb10a40, kind: armNothing, vector: vd | vm | sized},      // VNEG, VSQRT
		{mask: 0x0fbf0e50, value: 0x0eb40a40, kind: armFlags, vector: vd | vm | sized},        // VCMP
		{mask: 0x0fbf0e7f, value: 0x0eb50a40, kind: armFlags, vector: vd | sized},             // ... with 0
		{mask: 0x0fbf0fd0, value: 0x0eb70ac0, kind: armNothing, vector: vd},                   // VCVT of a single to a double
		{mask: 0x0fbf0fd0, value: 0x0eb70bc0, kind: armNothing, vector: vm},                   // ... of a double to a single
		{mask: 0x0fbf0e50, value: 0x0eb80a40, kind: armNothing, vector: vd | sized},           // ... of an integer
		{mask: 0x0fbe0e50, value: 0x0ebc0a40, kind: armNothing, vector: vm | sized},           // ... to an integer
	},
}

package verify

import . "golang.org/x/arch/x86/x86asm" //lint:ignore ST1001 a table of its constants

// An opKind is what an instruction does to the state, as far as that is followed.
type opKind uint8

const (
	opReads    opKind = iota + 1 // writes flags at most
	opWrites                     // its first operand, and flags
	opImplicit                   // the first operand, and some of AX, BX, CX, DX
	opExchange                   // the first two operands, and AX
	opString                     // CX, SI, DI, AX and memory
	opPush
	opPop
	opCall // from here on: what is no straight line
	opJump
	opBranch
	opReturn
	opTrap
	opReturnException
)

// harmless are the instructions that real-time code may have, all others are refused: those
// that change only registers, memory and the arithmetic flags, of the registers that the
// interrupt entry saves with its pushes and with FXSAVE (Intel SDM 10.5.1: XMM0 to XMM15).
// MMX and x87 are saved too, but Go does not use them.
//
// In and out are there because device registers may be ports.
var harmless = kinds(map[opKind][]Op{
	opReads: {
		CMP, TEST, BT, NOP, PAUSE, CLC, STC, CMC, CLD, LFENCE, MFENCE, SFENCE, OUT,
		COMISD, COMISS, UCOMISD, UCOMISS, PTEST, PREFETCHNTA, PREFETCHT0, PREFETCHT1, PREFETCHT2, PREFETCHW,
	},
	opWrites: {
		MOV, MOVZX, MOVSX, MOVSXD, MOVBE, MOVNTI, LEA, ADD, ADC, SUB, SBB, AND, OR, XOR, INC, DEC, NEG, NOT,
		SHL, SHR, SAR, ROL, ROR, RCL, RCR, SHLD, SHRD, BTS, BTR, BTC, BSF, BSR, BSWAP, LZCNT, TZCNT, POPCNT, CRC32,
		CMOVA, CMOVAE, CMOVB, CMOVBE, CMOVE, CMOVG, CMOVGE, CMOVL, CMOVLE, CMOVNE, CMOVNO, CMOVNP, CMOVNS, CMOVO, CMOVP, CMOVS,
		SETA, SETAE, SETB, SETBE, SETE, SETG, SETGE, SETL, SETLE, SETNE, SETNO, SETNP, SETNS, SETO, SETP, SETS,
		RDRAND,

		// SSE to SSE4.2, AES and carry-less multiplication, of XMM registers.
		ADDPD, ADDPS, ADDSD, ADDSS, SUBPD, SUBPS, SUBSD, SUBSS, MULPD, MULPS, MULSD, MULSS, DIVPD, DIVPS, DIVSD, DIVSS,
		SQRTPD, SQRTPS, SQRTSD, SQRTSS, MAXPD, MAXPS, MAXSD, MAXSS, MINPD, MINPS, MINSD, MINSS,
		ANDPD, ANDPS, ANDNPD, ANDNPS, ORPD, ORPS, XORPD, XORPS, CMPPD, CMPPS, CMPSD_XMM, CMPSS,
		CVTDQ2PD, CVTDQ2PS, CVTPD2DQ, CVTPD2PS, CVTPS2DQ, CVTPS2PD, CVTSD2SI, CVTSD2SS, CVTSI2SD, CVTSI2SS,
		CVTSS2SD, CVTSS2SI, CVTTPD2DQ, CVTTPS2DQ, CVTTSD2SI, CVTTSS2SI,
		MOVAPD, MOVAPS, MOVD, MOVDQA, MOVDQU, MOVHLPS, MOVHPD, MOVHPS, MOVLHPS, MOVLPD, MOVLPS, MOVMSKPD, MOVMSKPS,
		MOVNTDQ, MOVNTDQA, MOVNTPD, MOVNTPS, MOVQ, MOVSD_XMM, MOVSS, MOVUPD, MOVUPS, LDDQU, MOVDDUP, MOVSHDUP, MOVSLDUP,
		PABSB, PABSD, PABSW, PACKSSDW, PACKSSWB, PACKUSDW, PACKUSWB, PADDB, PADDD, PADDQ, PADDSB, PADDSW, PADDUSB, PADDUSW, PADDW,
		PALIGNR, PAND, PANDN, PAVGB, PAVGW, PBLENDW, PCMPEQB, PCMPEQD, PCMPEQQ, PCMPEQW, PCMPGTB, PCMPGTD, PCMPGTQ, PCMPGTW,
		PEXTRB, PEXTRD, PEXTRQ, PEXTRW, PINSRB, PINSRD, PINSRQ, PINSRW, PHADDD, PHADDW, PHSUBD, PHSUBW,
		PMADDUBSW, PMADDWD, PMAXSB, PMAXSD, PMAXSW, PMAXUB, PMAXUD, PMAXUW, PMINSB, PMINSD, PMINSW, PMINUB, PMINUD, PMINUW, PMOVMSKB,
		PMOVSXBD, PMOVSXBQ, PMOVSXBW, PMOVSXDQ, PMOVSXWD, PMOVSXWQ, PMOVZXBD, PMOVZXBQ, PMOVZXBW, PMOVZXDQ, PMOVZXWD, PMOVZXWQ,
		PMULDQ, PMULHRSW, PMULHUW, PMULHW, PMULLD, PMULLW, PMULUDQ, POR, PSADBW, PSHUFB, PSHUFD, PSHUFHW, PSHUFLW,
		PSLLD, PSLLDQ, PSLLQ, PSLLW, PSRAD, PSRAW, PSRLD, PSRLDQ, PSRLQ, PSRLW, PSUBB, PSUBD, PSUBQ, PSUBSB, PSUBSW, PSUBUSB, PSUBUSW, PSUBW,
		PUNPCKHBW, PUNPCKHDQ, PUNPCKHQDQ, PUNPCKHWD, PUNPCKLBW, PUNPCKLDQ, PUNPCKLQDQ, PUNPCKLWD, PXOR,
		ROUNDPD, ROUNDPS, ROUNDSD, ROUNDSS, SHUFPD, SHUFPS, UNPCKHPD, UNPCKHPS, UNPCKLPD, UNPCKLPS,
		RSQRTPS, RSQRTSS, RCPPS, RCPSS, HADDPD, HADDPS, BLENDPD, BLENDPS, INSERTPS, EXTRACTPS,
		AESDEC, AESDECLAST, AESENC, AESENCLAST, AESIMC, AESKEYGENASSIST, PCLMULQDQ,
	},
	opImplicit: {MUL, IMUL, DIV, IDIV, CBW, CWDE, CDQE, CWD, CDQ, CQO, CMPXCHG, CMPXCHG8B, CMPXCHG16B, RDTSC, RDTSCP, CPUID, IN, PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM},
	opExchange: {XCHG, XADD},
	opString:   {MOVSB, MOVSW, MOVSD, MOVSQ, STOSB, STOSW, STOSD, STOSQ, CMPSB, CMPSW, CMPSD, CMPSQ, SCASB, SCASW, SCASD, SCASQ, LODSB, LODSW, LODSD, LODSQ},
	opPush:     {PUSH, PUSHFQ},
	opPop:      {POP},
	opCall:     {CALL},
	opJump:     {JMP},
	opBranch:   {JA, JAE, JB, JBE, JE, JG, JGE, JL, JLE, JNE, JNO, JNP, JNS, JO, JP, JS},
	opReturn:   {RET},
	opTrap:     {UD2},
})

// privilegedOps are those that only the functions have which rules.go names for it.
var privilegedOps = kinds(map[opKind][]Op{
	opReads:           {CLI, STI, STD, HLT, INVLPG, LGDT, LIDT, LTR, WRMSR, FXRSTOR64, LDMXCSR, FLDCW, FNINIT},
	opWrites:          {FXSAVE64, STMXCSR},
	opImplicit:        {RDMSR},
	opPop:             {POPFQ},
	opReturnException: {IRETQ},
})

func kinds(lists map[opKind][]Op) map[Op]opKind {
	m := map[Op]opKind{}
	for k, list := range lists {
		for _, op := range list {
			m[op] = k
		}
	}
	return m
}

package verify

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"
)

const (
	codeAt  = 0x1000
	otherAt = 0x8000 // main.other
	tableAt = 0x9000 // constants
)

// made is an image with one function of these bytes, main.made; main.other, which returns; and
// runtime.throw, which does not.
func made(a arch, code []byte, constants []byte) (*image, *function) {
	im := &image{arch: a, word: 8, order: binary.LittleEndian, vars: map[uint64]string{tableAt + 0x100: "runtime.x86HasFMA"}, table: &pclntab{}}
	other := append([]byte{0xc3}, make([]byte, 63)...)
	if a == arch(arm{}) {
		other = append([]byte{0x1e, 0xff, 0x2f, 0xe1}, make([]byte, 60)...)
	}
	f := &function{name: "main.made", home: "main", addr: codeAt, code: code}
	im.funcs = []*function{f,
		{name: "main.other", home: "main", addr: otherAt, code: other},
		{name: "runtime.throw", home: "runtime", addr: otherAt + 0x100, code: make([]byte, 64)},
	}
	im.sections = []section{{addr: codeAt, data: code}, {addr: tableAt, data: constants}, {addr: tableAt + 0x1000, data: constants, writable: true}}
	return im, f
}

// judge returns what is wrong with the function, a line each, and what it does.
func judge(im *image, f *function, p permit) (string, *body) {
	w := newWalker(im)
	b := analyse(&code{im: im, f: f, permit: p, noReturn: w.noReturn, above: w.above})
	var lines []string
	for _, s := range b.bad {
		lines = append(lines, s.what)
	}
	for range b.indirect {
		lines = append(lines, "indirect")
	}
	return strings.Join(lines, "\n"), b
}

type flowTest struct {
	name string
	code string // in hexadecimal, spaces do not matter
	want string // part of what is wrong, "" if nothing is
	deep int    // the stack that it needs
}

func (x *flowTest) run(t *testing.T, a arch, code []byte, constants []byte) *body {
	t.Helper()
	im, f := made(a, code, constants)
	got, b := judge(im, f, permit{})
	if x.want == "" && got != "" || !strings.Contains(got, x.want) {
		t.Errorf("%s: %q, want %q", x.name, got, x.want)
	}
	if x.want == "" && b.deepest != x.deep {
		t.Errorf("%s: needs %d bytes of stack, want %d", x.name, b.deepest, x.deep)
	}
	return b
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return b
}

var amd64Flows = []flowTest{
	{"return", "c3", "", 0},
	{"frame", "55 48 89 e5 48 83 ec 20 48 83 c4 20 5d c3", "", 40},
	{"frame of 200", "48 81 ec c8000000 48 81 c4 c8000000 c3", "", 200},
	{"frame by ADD of a negative", "48 83 c4 80 48 83 ec 80 c3", "", 128},
	{"frame by ADD of a large negative", "48 81 c4 38ffffff 48 81 ec 38ffffff c3", "", 200},
	{"frame by LEA", "48 8d 64 24 e0 48 8d 64 24 20 c3", "", 32},
	{"stack kept in a register", "48 89 e0 48 83 ec 10 48 89 c4 c3", "", 16},
	{"constant in a register", "b8 18000000 48 29 c4 48 01 c4 c3", "", 24},

	{"return with a frame", "48 83 ec 08 c3", badReturn, 0},
	{"return with 16 bits", "66 c3", "prefix that it cannot have", 0},
	{"return that pops", "c2 08 00", "no plain call, jump or return", 0},
	{"far return", "cb", "not known", 0},
	{"push and return", "50 c3", badReturn, 0},
	{"return address written over", "48 89 04 24 c3", badReturn, 0},
	{"return address written over in part", "c7 44 24 04 00000000 c3", badReturn, 0},
	{"result above it written", "48 89 44 24 08 c3", "", 0},
	{"return address popped", "58 ff e0", badPop, 0},
	{"stack raised", "48 83 c4 08 c3", badPop, 0},
	{"stack from memory", "48 8b 24 24 c3", badSP, 0},
	{"stack from a register", "48 89 c4 c3", badSP, 0},
	{"stack less a register", "48 29 c4 c3", badSP, 0},
	{"stack less what is loaded", "48 2b 20 c3", badSP, 0},
	{"stack by LEA of two registers", "48 8d 24 04 c3", badSP, 0},
	{"stack of 32 bits", "83 ec 10 c3", badSP, 0},
	{"stack of 16 bits", "66 83 ec 10 c3", badSP, 0},
	{"lowest byte of the stack", "40 b4 00 c3", badSP, 0},
	{"stack aligned", "48 83 e4 f0 c3", badSP, 0},
	{"stack exchanged", "48 94 c3", badSP, 0},
	{"stack by XADD", "48 0f c1 e0 c3", badSP, 0},
	{"stack popped", "5c c3", badSP, 0},
	{"stack incremented", "48 ff c4 c3", badSP, 0},
	{"stack from a vector", "66 48 0f 7e c4 c3", badSP, 0},
	{"enter", "c8 10 00 00 c3", "not known", 0},
	{"leave", "c9 c3", "not known", 0},
	{"push in a loop", "50 ff c9 75 fb c3", "bytes on the stack, and another way with", 0},
	{"two depths at a join", "85 c0 74 01 50 c3", "bytes on the stack, and another way with", 0},
	{"pop of memory", "8f 00 c3", "not known", 0},
	{"push of 16 bits", "66 50 c3", "16 bits", 0},
	{"store below the stack", "48 89 44 24 f8 c3", "below the stack pointer", 0},

	{"loop", "ff c9 75 fc c3", "", 0},
	{"runs over its end", "90", badEnd, 0},
	{"jumps before its beginning", "eb fd", badLeaveOrCall, 0},
	{"jumps into an instruction", "b8 c3 90 90 90 85 c0 75 f8 c3", "begins within another", 0},
	{"call and return", "48 83 ec 08 e8 f76f0000 48 83 c4 08 c3", "", 8},
	{"call with 16 bits", "66 e8 0000 c3", "not known|prefix", 0},
	{"call by register", "ff d0 c3", "indirect", 0},
	{"call by memory", "ff 10 c3", "indirect", 0},
	{"far call", "ff 18 c3", "not known", 0},
	{"far jump", "ff 28", "not known", 0},
	{"jump by register", "ff e0", "indirect", 0},
	{"JRCXZ", "e3 00 c3", "not known", 0},
	{"LOOP", "e2 fe c3", "not known", 0},
	{"another function behind", "e9 fb6f0000", "", 0},
	{"another function with a frame", "50 e9 fa6f0000", badLeave, 0},
	{"another function with a return address written over", "48 89 04 24 e9 f76f0000", badLeave, 0},
	{"nothing behind what does not return", "e8 fb700000", "", 0},

	{"SYSCALL", "0f 05 c3", "not known to be harmless", 0},
	{"SYSENTER", "0f 34 c3", "not known to be harmless", 0},
	{"INT 3", "cc c3", "not known to be harmless", 0},
	{"INT 0x80", "cd 80 c3", "not known to be harmless", 0},
	{"IRETQ", "48 cf", "not known to be harmless", 0},
	{"HLT", "f4 c3", "not known to be harmless", 0},
	{"CLI", "fa c3", "not known to be harmless", 0},
	{"POPFQ", "9d c3", "not known to be harmless", 0},
	{"STD", "fd c3", "not known to be harmless", 0},
	{"MOV to CR0", "0f 22 c0 c3", "not known to be harmless", 0},
	{"MOV to DR7", "0f 23 f8 c3", "not known to be harmless", 0},
	{"MOV to SS", "8e d0 c3", "not known to be harmless", 0},
	{"WRMSR", "0f 30 c3", "not known to be harmless", 0},
	{"WRFSBASE", "f3 48 0f ae d0 c3", "not known", 0},
	{"LDMXCSR", "0f ae 10 c3", "not known to be harmless", 0},
	{"XRSTOR", "0f ae 28 c3", "not known to be harmless", 0},
	{"x87", "d9 e8 c3", "not known to be harmless", 0},
	{"MMX", "0f ef c0 c3", "not known to be harmless", 0},
	{"UD2", "0f 0b", "", 0},

	{"XMM15", "66 45 0f ef ff c3", "", 0},
	{"VEX with two bytes", "c5 f9 ef c0 c3", avx, 0},
	{"VEX with three bytes", "c4 e2 e9 b9 d1 c3", avx, 0},
	{"EVEX", "62 f1 7d 48 ef c0 c3", avx, 0},
	{"XOP", "8f e8 78 a2 c0 00 c3", "not known", 0},
	{"thread-local store", "64 48 89 04 25 f8ffffff c3", "thread-local", 0},
	{"thread-local load", "64 48 8b 04 25 f8ffffff c3", "", 0},
	{"GS", "65 48 8b 04 25 00000000 c3", "prefix", 0},
	{"32-bit address", "67 48 8b 00 c3", "prefix", 0},
	{"REX before a prefix", "48 66 89 c4 c3", "odd order", 0},
	{"two REX", "48 48 89 c4 c3", "odd order", 0},
	{"LOCK on what cannot have it", "f0 48 89 c8 c3", "cannot have", 0},
	{"REP before RET", "f3 c3", "cannot have|no plain", 0},
	{"VMPTRLD", "0f c7 30 c3", "not known", 0},
	{"RDRAND", "0f c7 f0 c3", "", 0},
	{"MOVLPD of registers", "66 0f 12 d3 c3", "not known", 0},
	{"unused prefix", "66 0f 52 f4 c3", "cannot have", 0},
	{"LOCK XADD", "f0 48 0f c1 08 c3", "", 0},
	{"REP STOS", "f3 48 ab c3", "", 0},

	{"flag that is never set", "0f b6 05 f9800000 85 c0 74 05 c4 e2 e9 b9 d1 c3", "", 0},
	{"BMI1 behind such a flag", "0f b6 05 f9800000 85 c0 74 05 c4 e2 e0 f2 c8 c3", "not known to be harmless", 0},
	{"BMI2 behind such a flag", "0f b6 05 f9800000 85 c0 74 06 c4 e3 fb f0 c0 05 c3", "not known to be harmless", 0},
	{"VEX of an odd map behind such a flag", "0f b6 05 f9800000 85 c0 74 05 c4 e4 e0 f2 c8 c3", "not known to be harmless", 0},
	{"another flag", "0f b6 05 f8800000 85 c0 74 05 c4 e2 e9 b9 d1 c3", avx, 0},
}

// badLeaveOrCall: a jump to where no function is, is for the walk to refuse.
const badLeaveOrCall = ""

func TestAmd64Flow(t *testing.T) {
	for _, x := range amd64Flows {
		want, or, _ := strings.Cut(x.want, "|")
		if im, f := made(amd64{}, unhex(t, x.code), nil); or != "" {
			if got, _ := judge(im, f, permit{}); strings.Contains(got, or) {
				want = or
			}
		}
		x.want = want
		x.run(t, amd64{}, unhex(t, x.code), nil)
	}
}

var armFlows = []flowTest{
	{"return", "e12fff1e", "", 0},                                                                           // bx lr
	{"return by MOV", "e1a0f00e", "", 0},                                                                    // mov pc, lr
	{"return by ADD", "e28ef000", "", 0},                                                                    // add pc, lr, #0
	{"frame", "e52de008 e1a00000 e49df008", "", 8},                                                          // str lr, [sp, #-8]!; nop; ldr pc, [sp], #8
	{"push and pop", "e92d4010 e8bd8010", "", 8},                                                            // push {r4, lr}; pop {r4, pc}
	{"frame by SUB", "e24dd010 e28dd010 e12fff1e", "", 16},                                                  // sub sp, sp, #16; add; bx lr
	{"large frame", "e3a0ba02 e04dd00b e08dd00b e12fff1e", "", 8192},                                        // mov r11, #8192; sub sp, sp, r11; add; bx lr
	{"frame by a constant beside", "e59fb010 e7ade00b e3a0b008 e59de000 e08dd00b e12fff1e fffffff8", "", 8}, // ldr r11, [pc, #16]; str lr, [sp, r11]!; mov r11, #8; ldr lr, [sp]; add sp, sp, r11; bx lr
	{"link register kept in another", "e1a0400e e3a0e000 e1a0e004 e12fff1e", "", 0},                         // mov r4, lr; mov lr, #0; mov lr, r4; bx lr
	{"conditional return", "e3500000 012fff1e e12fff1e", "", 0},                                             // cmp r0, #0; bxeq lr; bx lr
	{"result", "e52de004 e58d0008 e49df004", "", 4},                                                         // str r0, [sp, #8]: the caller has room for it
	{"store over where the caller returns to", "e52de004 e58d0004 e49df004", badReturnOf, 0},

	{"return with a frame", "e24dd008 e12fff1e", "not as it was", 0},
	{"return by a register", "e12fff13", "indirect", 0},            // bx r3
	{"return by a register, MOV", "e1a0f003", "indirect", 0},       // mov pc, r3
	{"push and pop of another", "e52d0004 e49df004", badReturn, 0}, // push {r0}; pop {pc}
	{"push of two and pop of the other", "e92d4001 e49df004", badReturn, 0},
	{"return address written over", "e52de004 e58d0000 e49df004", badReturn, 0},
	{"return address written over by half", "e52de004 e1cd00b2 e49df004", badReturn, 0},
	{"return address written over by two", "e24dd004 e52de004 e1cd00f0 e49df004", badReturn, 0},
	{"return address written over by a vector", "e52de008 ed8d0b00 e49df008", badReturn, 0},
	{"link register written", "e3a0e000 e12fff1e", badReturn, 0},
	{"link register after a call", "eb001bfe e12fff1e", badReturn, 0}, // bl other
	{"link register after a call, kept", "e52de004 eb001bfd e49df004", "", 4},
	{"stack from a register", "e1a0d000 e12fff1e", badSP, 0},
	{"stack less a register", "e04dd000 e12fff1e", badSP, 0},
	{"stack loaded", "e59dd000 e12fff1e", badSP, 0},
	{"stack loaded among others", "e8902001 e12fff1e", badSP, 0}, // ldm r0, {r0, sp}
	{"stack aligned", "e3cdd007 e12fff1e", badSP, 0},             // bic sp, sp, #7
	{"stack by MOVW", "e300d100 e12fff1e", badSP, 0},
	{"stack written back by an unknown index", "e7ad0001 e12fff1e", badSP, 0}, // str r0, [sp, r1]!
	{"stack changed on a condition", "024dd008 e12fff1e", badSP, 0},           // subeq sp, sp, #8
	{"stack by a multiplication", "e00d0190 e12fff1e", badSP, 0},
	{"stack from the vector unit", "ee10da10 e12fff1e", badSP, 0},
	{"push in a loop", "e52d0004 e2511001 1afffffc e12fff1e", "bytes on the stack, and another way with", 0},
	{"pop of more", "e49d0004 e12fff1e", badPop, 0},
	{"store below the stack", "e50d0004 e12fff1e", "below the stack pointer", 0},
	{"g", "e3a0a000 e12fff1e", "which is g", 0}, // mov r10, #0
	{"g loaded among others", "e8900400 e12fff1e", "which is g", 0},

	{"runs over its end", "e1a00000", badEnd, 0},
	{"jump by arithmetic", "e08ff100", "indirect", 0},     // add pc, pc, r0, lsl #2
	{"jump by a table beside", "e79ff100", "indirect", 0}, // ldr pc, [pc, r0, lsl #2]
	{"jump to a constant beside", "e51ff004 00008000", "indirect", 0},
	{"call by register", "e12fff30", "indirect", 0}, // blx r0
	{"call into Thumb", "fa000000", "BLX", 0},
	{"call into Thumb, upper half", "fb000000", "BLX", 0},
	{"branch into Java", "e12fff20", "not known", 0},                     // bxj
	{"load of half a program counter", "e1d0f0b0", "program counter", 0}, // ldrh pc, [r0]
	{"another function behind", "ea001bfe", "", 0},
	{"another function with a frame", "e24dd008 ea001bfd", badLeave, 0},
	{"another function without a return address", "e3a0e000 ea001bfd", badLeave, 0},
	{"nothing behind what does not return", "eb001c3e", "", 0},

	{"SVC", "ef000000 e12fff1e", "supervisor call", 0},
	{"BKPT", "e1200070 e12fff1e", "not known", 0},
	{"SMC", "e1600070 e12fff1e", "not known", 0},
	{"HVC", "e1400070 e12fff1e", "not known", 0},
	{"WFI", "e320f003 e12fff1e", "not known", 0},
	{"WFE", "e320f002 e12fff1e", "not known", 0},
	{"CPSID", "f10c0080 e12fff1e", "not known", 0},
	{"SETEND", "f1010200 e12fff1e", "not known", 0},
	{"MSR", "e121f000 e12fff1e", "not known", 0},
	{"MSR of a constant", "e321f0d3 e12fff1e", "not known", 0},
	{"MRS", "e10f0000 e12fff1e", "", 0},
	{"RFE", "f8bd0a00", "not known", 0},
	{"SRS", "f96d0512 e12fff1e", "not known", 0},
	{"return from an exception", "e1b0f00e", "from an exception", 0}, // movs pc, lr
	{"return from an exception, SUBS", "e25ef004", "from an exception", 0},
	{"registers of user mode", "e95d7fff e12fff1e", "not known", 0},
	{"MCR", "ee010f10 e12fff1e", "not known", 0},
	{"MRC", "ee110f10 e12fff1e", "not known", 0},
	{"MCRR", "ec410f2e e12fff1e", "not known", 0},
	{"MRRC of the counter", "ec510f0e e12fff1e", "", 0},
	{"SWP", "e1001091 e12fff1e", "not known", 0},
	{"LDRT", "e4b01000 e12fff1e", "not known", 0},
	{"VMSR", "eee10a10 e12fff1e", "not known", 0},
	{"UDF", "e7f000f0", "", 0},
	{"Go's UNDEF", "f7fabcfd", "", 0},

	{"NEON arithmetic", "f2000810 e12fff1e", "NEON", 0},
	{"NEON of Q8", "f34001f0 e12fff1e", "NEON", 0},
	{"NEON load", "f4600a8d e12fff1e", "NEON", 0},
	{"VADD", "ee300b01 e12fff1e", "", 0}, // vadd.f64 d0, d0, d1
	{"VADD to D16", "ee700b01 e12fff1e", "D16", 0},
	{"VADD of D16", "ee300b81 e12fff1e", "D16", 0},
	{"VADD with D16", "ee300b21 e12fff1e", "D16", 0},
	{"VADD of S31", "ee7ffaaf e12fff1e", "", 0}, // vadd.f32 s31, s31, s31
	{"VSQRT", "eeb10bc1 e12fff1e", "", 0},
	{"VSQRT of D17", "eeb10be1 e12fff1e", "D16", 0},
	{"VFMA", "eea11b00 e12fff1e", "", 0},
	{"VCVT to an integer in S1", "eefd0bc0 e12fff1e", "", 0}, // vcvt.s32.f64 s1, d0
	{"VCVT to an integer of D16", "eebd0be0 e12fff1e", "D16", 0},
	{"VCVT of S1 to a double", "eeb70ae0 e12fff1e", "", 0}, // vcvt.f64.f32 d0, s1
	{"VCVT of S1 to D16", "eef70ae0 e12fff1e", "D16", 0},
	{"VMOV of D16", "ec510b30 e12fff1e", "D16", 0}, // vmov r0, r1, d16
	{"VMOV of a half of D18", "ee025b90 e12fff1e", "D16", 0},
	{"VLDR of D16", "edd00b00 e12fff1e", "D16", 0},
	{"VPUSH of D8 to D15", "ed2d8b10 ecbd8b10 e12fff1e", "", 64},
	{"VLDM beyond D15", "ec908b12 e12fff1e", "D16", 0}, // vldm r0, {d8-d16}
	{"VMRS", "eef1fa10 e12fff1e", "", 0},
	{"half-precision VCVT", "eeb20a40 e12fff1e", "not known", 0},
}

func TestARMFlow(t *testing.T) {
	for _, x := range armFlows {
		x.run(t, arm{}, words(t, x.code), nil)
	}
}

// words puts instructions into memory as ARM has them.
func words(t testing.TB, s string) (b []byte) {
	for _, w := range strings.Fields(s) {
		b = binary.LittleEndian.AppendUint32(b, binary.BigEndian.Uint32(unhex(t, w)))
	}
	return b
}

// A jump table is followed if it is constant, and its index is bounded by a comparison.
func TestJumpTable(t *testing.T) {
	constants := make([]byte, 32)
	for i, addr := range []uint64{codeAt + 0x14, codeAt + 0x15, codeAt + 0x16, codeAt + 0x40} {
		binary.LittleEndian.PutUint64(constants[8*i:], addr)
	}
	const (
		compare = "48 83 f9 02"       // cmp rcx, 2
		above   = "77 12"             // ja to the end
		base    = "48 8d 05 f37f0000" // lea rax, [constants]
		jump    = "ff 24 c8"          // jmp [rax+rcx*8]
		targets = "90 90 90 90 90 90 90 90 c3"
	)
	for _, x := range []flowTest{
		{"as compiled", compare + above + base + jump + "90909090" + targets, "", 0},
		{"without a comparison", "90909090" + "9090" + base + jump + "90909090" + targets, "indirect", 0},
		{"compared, and not heeded", compare + "9090" + base + jump + "90909090" + targets, "indirect", 0},
		{"compared with a sign", compare + "7f 12" + base + jump + "90909090" + targets, "indirect", 0},
		{"32 bits compared", "90 83 f9 02" + above + base + jump + "90909090" + targets, "indirect", 0},
		{"another value afterwards", "48 83 f9 02 77 12 48 8d 05 f37f0000 48 ff c1 ff 24 c8 90 90 90 90 90 90 90 90 90 c3", "indirect", 0},
		{"more than there are", "48 83 f9 04" + above + base + jump + "90909090" + targets, "indirect", 0},
		{"an entry outside", "48 83 f9 03" + above + base + jump + "90909090" + "90 90 90 90 90 90 c3", "outside", 0},
		{"a table that can be written", compare + above + "48 8d 05 f38f0000" + jump + "90909090" + targets, "indirect", 0},
	} {
		b := x.run(t, amd64{}, unhex(t, x.code), constants)
		if x.want == "" && len(b.indirect) > 0 {
			t.Errorf("%s: not followed", x.name)
		}
	}
}

// Code behind the call of a function that cannot return is not reached.
func TestNeverReturns(t *testing.T) {
	for _, x := range []struct{ other, want string }{
		{"eb fe", ""},                 // a loop without end
		{"0f 0b", ""},                 // a fault
		{"50 e8 fa000000 58 c3", ""},  // a call of runtime.throw
		{"85 c0 74 02 eb fe c3", avx}, // only sometimes
		{"ff e0", avx},                // who knows where
		{"e9 fbffffff", ""},           // itself
	} {
		im, f := made(amd64{}, unhex(t, "48 83 ec 08 e8 f76f0000 c5 f9 ef c0"), nil) // a call of main.other, and AVX
		im.funcs[1].code = unhex(t, x.other)
		if got, _ := judge(im, f, permit{}); x.want == "" && got != "" || !strings.Contains(got, x.want) {
			t.Errorf("%s: %q, want %q", x.other, got, x.want)
		}
	}
}

// A function must not store over where its caller returns to, nor may what that goes on to by a
// jump. Its caller's stack says how far up that is.
func TestStoresInTheCaller(t *testing.T) {
	for _, x := range []struct {
		name, code, other string
		a                 arch
		refused           bool
	}{
		{"amd64", "48 83 ec 08 e8 f76f0000 48 83 c4 08 c3", "48 89 44 24 08 c3", amd64{}, false},         // 8 bytes, one result
		{"amd64, too far", "48 83 ec 08 e8 f76f0000 48 83 c4 08 c3", "48 89 44 24 10 c3", amd64{}, true}, // the second
		{"amd64, in part", "48 83 ec 08 e8 f76f0000 48 83 c4 08 c3", "48 89 44 24 09 c3", amd64{}, true},
		{"amd64, by a jump", "48 83 ec 08 e8 f76f0000 48 83 c4 08 c3", "e9 fb0f0000", amd64{}, true}, // to main.third
		{"arm", "e52de008 eb001bfd e49df008", "e58d0004 e12fff1e", arm{}, false},
		{"arm, too far", "e52de008 eb001bfd e49df008", "e58d0008 e12fff1e", arm{}, true},
		{"arm, kept above", "e24dd008 e58de004 eb001bfc e59de004 e28dd008 e12fff1e", "e58d0004 e12fff1e", arm{}, true},
	} {
		im, f := made(x.a, unhexOrWords(t, x.a, x.code), nil)
		im.funcs[1].code = unhexOrWords(t, x.a, x.other)
		im.funcs = append(im.funcs, &function{name: "main.third", home: "main", addr: otherAt + 0x1000, code: unhex(t, "48 89 44 24 10 c3")})
		w := newWalker(im)
		w.verify(&root{Name: f.name, fn: f, Stack: 100})
		var got string
		for _, r := range w.refusals {
			got += r.what + "\n"
		}
		if x.refused != strings.Contains(got, "return") || !x.refused && got != "" {
			t.Errorf("%s: %q", x.name, got)
		}
	}
}

// A poll function must not store beyond its arguments and its result.
func TestStoresAboveRoot(t *testing.T) {
	for _, x := range []struct {
		a       arch
		code    string
		refused bool
	}{
		{amd64{}, "48 89 44 24 18 c3", false},
		{amd64{}, "48 89 44 24 20 c3", true},
		{arm{}, "e58d000c e12fff1e", false},
		{arm{}, "e58d0010 e12fff1e", true}, // where run returns to
	} {
		im, f := made(x.a, unhexOrWords(t, x.a, x.code), nil)
		w := newWalker(im)
		w.verify(&root{Name: f.name, fn: f, Stack: 100, mark: mark})
		if (len(w.refusals) > 0) != x.refused {
			t.Errorf("%s: %v", x.code, w.refusals)
		}
	}
}

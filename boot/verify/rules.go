package verify

import "strings"

// A class is what a function of the runtime is to real-time code.
type class struct {
	// names are whole: the import path of the package, and the function. A * at the end
	// stands for any other: where they are refused, or of a package that is allowed.
	names  []string
	refuse string // why not, or ""
	reason string // why, if it is allowed
	hint   string // what to do instead
	stop   bool   // it does not return, and what it calls does not matter
}

const (
	barrier     = "is a write barrier of the garbage collector"
	barrierHint = "store an address or an index (uintptr), not a pointer, slice, string, interface or func"
)

// classes are looked through in order. What is in none of them and is a function of the
// runtime is refused.
var classes = []class{
	{names: []string{"runtime.morestack", "runtime.morestack_noctxt"}, reason: "the check of the stack's guard in a prologue; beyond the guard it faults, and the task ends", stop: true},
	{names: []string{
		"runtime.gopanic", "runtime.throw", "runtime.fatal", "runtime.sigpanic",
		"runtime.panicBounds", "runtime.panicBounds32", "runtime.panicBounds32X", "runtime.panicBounds64", "runtime.panicExtend",
		"runtime.panicdivide", "runtime.panicshift", "runtime.panicoverflow", "runtime.panicnil", "runtime.panicwrap",
		"runtime.panicdottypeE", "runtime.panicdottypeI", "runtime.panicnildottype",
		"runtime.panicmakeslicelen", "runtime.panicmakeslicecap",
		"runtime.panicunsafeslicelen", "runtime.panicunsafeslicenilptr", "runtime.panicunsafestringlen", "runtime.panicunsafestringnilptr",
		"runtime.panicrangestate", "internal/runtime/atomic.panicUnaligned",
	}, reason: "faults on the g of the real-time executor, and the task ends", stop: true},
	{names: []string{"runtime.memmove", "runtime.memclrNoHeapPointers", "runtime.memequal", "runtime.memequal_varlen", "runtime.duffzero", "runtime.duffcopy",
		"runtime.memequal0", "runtime.memequal8", "runtime.memequal16", "runtime.memequal32", "runtime.memequal64", "runtime.memequal128"}, reason: "memory only, no write barrier"},
	{names: []string{"runtime.WakeG"}, reason: "boot/port's own: a word in a table (port_ARCH.s)"},
	{names: []string{"runtime.findTimer"}, reason: "the TamaGo distribution's part of WakeG: assembly, a loop over the sleepers"},
	{names: []string{"runtime.udiv", "runtime._div", "runtime._divu", "runtime._mod", "runtime._modu", "runtime.int64div", "runtime.uint64div", "runtime.uint64mod", "runtime.int64mod", "runtime.slowdodiv", "runtime.dodiv", "runtime._mul64by32", "runtime._div64by32",
		"runtime.float64toint64", "runtime.float64touint64", "runtime.float32toint64", "runtime.float32touint64", "runtime.int64tofloat64", "runtime.uint64tofloat64", "runtime.int64tofloat32", "runtime.uint64tofloat32", "runtime._d2v"}, reason: "arithmetic of 32-bit ARM"},
	{names: []string{"runtime.atomicstorep", "runtime.atomicwb", "internal/runtime/atomic.storePointer", "internal/runtime/atomic.casPointer", "sync/atomic.StorePointer", "sync/atomic.SwapPointer", "sync/atomic.CompareAndSwapPointer"}, refuse: barrier, hint: barrierHint},
	{names: []string{"internal/runtime/atomic.*", "sync/atomic.*"}, reason: "atomic operations"},
	{names: []string{"sync.(*Mutex).TryLock", "internal/sync.(*Mutex).TryLock"}, reason: "one compare-and-swap, neither waits nor wakes; Unlock is refused"},
	{names: []string{"runtime.newobject*", "runtime.malloc*", "runtime.makeslice*", "runtime.growslice*", "runtime.concat*", "runtime.convT*", "runtime.slicebytetostring*", "runtime.stringtoslice*", "runtime.rawstring*", "runtime.rawbyteslice*", "runtime.newarray*", "runtime.intstring*", "runtime.persistentalloc*", "runtime.moveSlice*", "runtime.unsafeslice*"}, refuse: "allocates",
		hint: "use a package variable, or an array and an index"},
	{names: []string{"runtime.gcWriteBarrier*", "runtime.wbZero", "runtime.wbMove", "runtime.typedmemmove*", "runtime.typedmemclr*", "runtime.typedslicecopy", "runtime.bulkBarrier*"}, refuse: barrier, hint: barrierHint},
	{names: []string{"runtime.map*", "runtime.makemap*", "internal/runtime/maps.*"}, refuse: "is a map operation", hint: "use an array"},
	{names: []string{"runtime.block"}, refuse: "is a select", hint: "return task.Pending", stop: true},
	{names: []string{"runtime.select*"}, refuse: "is a select", hint: "use rt/tasksync, and return task.Pending"},
	{names: []string{"runtime.chan*", "runtime.makechan*", "runtime.closechan*"}, refuse: "is a channel operation", hint: "use rt/tasksync.Channel, or wake a thread task and let it do the rest"},
	{names: []string{"runtime.defer*", "runtime.gorecover", "runtime.recovery"}, refuse: "is a defer", hint: "call the function at each return"},
	{names: []string{"sync.*", "internal/sync.*", "runtime.lock*", "runtime.unlock*", "runtime.sem*"}, refuse: "is a lock", hint: "use rt/tasksync, or platform.MaskInterrupts for a few instructions"},
	{names: []string{"runtime.newproc*", "runtime.go"}, refuse: "starts a goroutine", hint: "wake a thread task that starts it"},
	{names: []string{"runtime.*", "internal/runtime/*", "runtime/*", "time.Sleep*", "time.now*"}, refuse: "is of the runtime", hint: "do it at thread level: wake a thread task"},
}

// elsewhere are the functions of the runtime that another package of the standard library
// has the code of.
var elsewhere = map[string]string{
	"runtime.memequal":        "internal/bytealg",
	"runtime.memequal_varlen": "internal/bytealg",
}

// classOf returns the class of a function, nil if it has none: then it is walked through.
func (im *image) classOf(f *function) *class {
	pkg := packageOf(f.name)
	for i := range classes {
		c := &classes[i]
		for _, pattern := range c.names {
			prefix, any := strings.CutSuffix(pattern, "*")
			if f.name != pattern && !(any && strings.HasPrefix(f.name, prefix)) {
				continue
			}
			if c.refuse == "" && !im.isOf(f) && f.home != elsewhere[f.name] {
				return &class{refuse: "has the name of a function of " + pkg + " and is of " + f.home}
			}
			return c
		}
	}
	if f.home == "runtime" || strings.HasPrefix(f.home, "runtime/") || strings.HasPrefix(f.home, "internal/runtime/") {
		return &classes[len(classes)-1] // by another name: os.runtime_args
	}
	return nil
}

// packageOf returns the import path of a whole name.
func packageOf(name string) string {
	plain := name
	if i := strings.IndexAny(name, "(["); i >= 0 { // a receiver, type parameters: of other packages too
		plain = name[:i]
	}
	slash := strings.LastIndexByte(plain, '/')
	if dot := strings.IndexByte(plain[slash+1:], '.'); dot >= 0 {
		return plain[:slash+1+dot]
	}
	return plain
}

// levelCheck says whether the caller runs at thread level. Below the runtime it says no.
const levelCheck = "github.com/tamagotake/tamagotake/rt/platform.AtThreadLevel"

// checkedAtRunTime are the functions that do what is refused, and that a real-time task can
// reach, but only where levelCheck has said yes. Of them verify follows what they do where it
// says no.
var checkedAtRunTime = map[string]string{
	"github.com/tamagotake/tamagotake/rt/internal/raw.keep": "keeps what a thread task's open wait points to from the collector: pointer stores with their write barrier",
}

// permit is what a function may do beyond the rules. Each has its reason in rules.go.
type permit struct {
	privileged    bool // instructions that change what the processor does
	switchesStack bool // write the stack pointer, return and jump as it wants
	avx           bool // its vector instructions of AVX are never reached
	checksLevel   bool // what levelCheck says is no
}

// byAddress lists the functions that may call by address, and why what they call is
// verified all the same.
var byAddress = map[string]string{
	"github.com/tamagotake/tamagotake/hal/amd64.interrupt<>":            "deliver, others, nested and press, roots",
	"github.com/tamagotake/tamagotake/hal/amd64.exception<>":            "contain, a root",
	"github.com/tamagotake/tamagotake/hal/amd64.run":                    "the poll functions, roots",
	"github.com/tamagotake/tamagotake/hal/amd64.polled":                 "sched.Polled and run, roots",
	"github.com/tamagotake/tamagotake/hal/amd64.contain":                "note, a root",
	"github.com/tamagotake/tamagotake/hal/amd64.enter":                  "sched.Next, a root",
	"github.com/tamagotake/tamagotake/hal/amd64.throw":                  "the thread's way, not below the runtime",
	"github.com/tamagotake/tamagotake/hal/arm.run":                      "the poll functions, roots",
	"github.com/tamagotake/tamagotake/hal/arm.polled":                   "run, a root",
	"github.com/tamagotake/tamagotake/hal/arm.enter":                    "sched.Next and run, roots",
	"github.com/tamagotake/tamagotake/hal/arm.abort":                    "contain, a root",
	"github.com/tamagotake/tamagotake/hal/arm.exception<>":              "contain, a root",
	"github.com/tamagotake/tamagotake/rt/internal/raw.Undo.call":        "the functions marked //tamagotake:undo, roots",
	"github.com/tamagotake/tamagotake/rt/internal/raw.(*Base).takeBack": "the same, where that is inlined",
	"runtime.memmove": "its own jump by size",
	"runtime.udiv":    "runtime.panicdivide, which faults",
	"internal/runtime/atomic.memory_barrier<>": "the helper of a Linux before ARMv7: not taken, runtime.goarm is 7",
	"internal/runtime/atomic.cas<>":            "the helper of a Linux before ARMv7: not taken, runtime.goarm is 7",
}

// notFollowed are calls that leave for where the rules do not hold, or for a stack of
// their own.
var notFollowed = map[string]string{
	"github.com/tamagotake/tamagotake/hal/amd64.throw":       "an exception of the thread: the runtime's from here",
	"github.com/tamagotake/tamagotake/hal/arm.throw":         "an exception of the thread: the runtime's from here",
	"github.com/tamagotake/tamagotake/hal/amd64.enter":       "returns at once unless it is called at thread level; a root",
	"github.com/tamagotake/tamagotake/hal/arm.enter":         "returns at once unless it is called at thread level; a root",
	"github.com/tamagotake/tamagotake/hal/amd64.contain":     "a root",
	"github.com/tamagotake/tamagotake/hal/amd64.run":         "a root",
	"github.com/tamagotake/tamagotake/hal/amd64.abort":       "does not return; ends in contain, a root",
	"github.com/tamagotake/tamagotake/hal/arm.abort":         "does not return; ends in contain, a root",
	"github.com/tamagotake/tamagotake/hal/amd64.preempt":     "the thread's again: the runtime's from here",
	"github.com/tamagotake/tamagotake/hal/arm.preempt":       "the thread's again: the runtime's from here",
	"github.com/tamagotake/tamagotake/hal/amd64.crash":       "the end of the kernel",
	"github.com/tamagotake/tamagotake/hal/arm.crash":         "the end of the kernel",
	"github.com/tamagotake/tamagotake/hal/amd64.tripleFault": "the end of the kernel",
}

// entryCode is the assembly by which interrupts come in and the executor is entered. It
// switches between stacks, each of a size that entryRoots says.
var entryCode = map[string]string{
	"github.com/tamagotake/tamagotake/hal/amd64.interrupt<>":   "saves and restores what was interrupted",
	"github.com/tamagotake/tamagotake/hal/amd64.nonMaskable<>": "returns from the interrupt",
	"github.com/tamagotake/tamagotake/hal/amd64.exception<>":   "leaves for contain or the thread",
	"github.com/tamagotake/tamagotake/hal/amd64.run":           "calls the poll with interrupts on",
	"github.com/tamagotake/tamagotake/hal/amd64.polled":        "the rest of run",
	"github.com/tamagotake/tamagotake/hal/amd64.contain":       "goes back to the stack of run",
	"github.com/tamagotake/tamagotake/hal/amd64.enter":         "switches to the stack of the executor, and back",
	"github.com/tamagotake/tamagotake/hal/arm.irqEntry":        "saves and restores what was interrupted",
	"github.com/tamagotake/tamagotake/hal/arm.run":             "calls the poll with interrupts on",
	"github.com/tamagotake/tamagotake/hal/arm.polled":          "the rest of run",
	"github.com/tamagotake/tamagotake/hal/arm.contain":         "goes back to the stack of run",
	"github.com/tamagotake/tamagotake/hal/arm.enter":           "switches to the stack of the executor, and back",
	"github.com/tamagotake/tamagotake/hal/arm.dataAbort":       "saves what was interrupted",
	"github.com/tamagotake/tamagotake/hal/arm.prefetchAbort":   "saves what was interrupted",
	"github.com/tamagotake/tamagotake/hal/arm.undefined":       "saves what was interrupted",
	"github.com/tamagotake/tamagotake/hal/arm.abort<>":         "the rest of dataAbort",
	"github.com/tamagotake/tamagotake/hal/arm.exception<>":     "leaves for contain or the thread",
}

// privileged are the other functions that change what the processor does.
var privileged = map[string]string{
	"github.com/tamagotake/tamagotake/rt/platform.MaskInterrupts":    "the interrupt flag",
	"github.com/tamagotake/tamagotake/rt/platform.RestoreInterrupts": "the interrupt flag",
	"github.com/tamagotake/tamagotake/hal/arm.restoreInterrupts":     "the interrupt flag",
	"github.com/tamagotake/tamagotake/hal/arm.watchdogExpired":       "the registers of the timer",
	"github.com/tamagotake/tamagotake/hal/arm.setCompare":            "the registers of the timer",
	"github.com/tamagotake/tamagotake/hal/arm.stopTimer":             "the registers of the timer",
	"github.com/tamagotake/tamagotake/hal/arm.startWatchdog":         "the registers of the timer",
	"github.com/tamagotake/tamagotake/hal/arm.stopWatchdog":          "the registers of the timer",
	"runtime.memmove": "on amd64, the direction flag, which it clears again, as every entry does",
}

// avxGuarded are functions of the runtime that use AVX after they have asked internal/cpu
// whether there is any. There is none: TamaGo's cpuinit leaves CR4.OSXSAVE off, without
// which the processor says that it has no AVX that can be used, and faults at its
// instructions; and hal/amd64 does not start with it on.
var avxGuarded = map[string]bool{
	"runtime.memmove":                  true,
	"runtime.memclrNoHeapPointers":     true,
	"internal/bytealg.memeqbody<>":     true,
	"internal/bytealg.cmpbody<>":       true,
	"internal/bytealg.countbody<>":     true,
	"internal/bytealg.indexbody<>":     true,
	"internal/bytealg.indexbytebody<>": true,
}

// avxFlags are variables that compiled code looks at before an instruction of AVX, which are false
// for the same reason. Where one is set, an instruction of AVX is a fault that is never reached;
// all else there is looked at as anywhere.
var avxFlags = map[string]string{
	"runtime.x86HasFMA": "math.FMA",
	"math.useFMA":       "math.Exp and others",
}

// intoMiddle are functions that compiled code calls at the instruction from which on they
// do as much as it needs.
var intoMiddle = map[string]bool{"runtime.duffzero": true, "runtime.duffcopy": true}

// executorOnly are what package hal has the executor do at an interrupt's entry and between two
// polls, with interrupts masked. They work the queues with plain loads and stores: in a poll they
// would tear them.
var executorOnly = map[string]bool{
	"github.com/tamagotake/tamagotake/rt/sched.Next":        true,
	"github.com/tamagotake/tamagotake/rt/sched.Polled":      true,
	"github.com/tamagotake/tamagotake/rt/sched.Nested":      true,
	"github.com/tamagotake/tamagotake/rt/sched.Interrupted": true,
	"github.com/tamagotake/tamagotake/rt/sched.Direct":      true,
	"github.com/tamagotake/tamagotake/rt/sched.Overdue":     true,
	"github.com/tamagotake/tamagotake/rt/sched.NoteFault":   true,
	"github.com/tamagotake/tamagotake/rt/sched.NoteCaller":  true,
	"github.com/tamagotake/tamagotake/rt/sched.NoteStack":   true,

	"github.com/tamagotake/tamagotake/rt/internal/raw.Waker.WakeMasked": true,
}

// mayCall reports whether a function may call another that has exceptions from the rules. The
// ways into and out of the executor, and the registers of its timer, are for package hal
// alone, undo functions for rt/internal/raw, executorOnly for rt/sched, rt/irq and the machines. The others do the
// same for every caller.
func (im *image) mayCall(caller, callee *function) bool {
	name := callee.name
	if executorOnly[name] {
		return caller.home == callee.home || caller.home == "github.com/tamagotake/tamagotake/rt/sched" ||
			caller.home == "github.com/tamagotake/tamagotake/rt/irq" || strings.HasPrefix(caller.home, "github.com/tamagotake/tamagotake/hal/")
	}
	own := entryCode[name] != "" || notFollowed[name] != "" ||
		privileged[name] != "" && strings.HasPrefix(name, "github.com/tamagotake/tamagotake/hal/") ||
		byAddress[name] != "" && strings.HasPrefix(name, "github.com/tamagotake/tamagotake/")
	return !own || caller.home == callee.home || caller.home == "github.com/tamagotake/tamagotake/rt/platform" && callee.home != "github.com/tamagotake/tamagotake/rt/internal/raw"
}

// permitOf returns what a function may do beyond the rules, which hold for the functions of
// these names only if they are written in the package that they are named after.
func (im *image) permitOf(f *function) (p permit) {
	if !im.isOf(f) {
		return p
	}
	p.switchesStack = entryCode[f.name] != ""
	p.privileged = p.switchesStack || privileged[f.name] != ""
	p.avx = avxGuarded[f.name]
	p.checksLevel = checkedAtRunTime[f.name] != ""
	return p
}

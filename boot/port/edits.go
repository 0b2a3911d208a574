package port

var edits = []edit{
	{
		file:   "runtime/malloc.go",
		anchor: "heapAddrBits = (_64bit*(1-goarch.IsWasm)*(1-goos.IsIos*goarch.IsArm64))*48 + (1-_64bit+goarch.IsWasm)*(32-(goarch.IsMips+goarch.IsMipsle)) + 40*goos.IsIos*goarch.IsArm64",
		with:   "heapAddrBits = 32",
		why:    "memory ends below 4 GiB; the 48-bit layout reserves over 1 GiB, and a reservation here is memory",
	},
	{
		file:   "runtime/malloc.go",
		anchor: "logHeapArenaBytes = (6+20)*(_64bit*(1-goos.IsWindows)*(1-goarch.IsWasm)*(1-goos.IsIos*goarch.IsArm64)) + (2+20)*(_64bit*goos.IsWindows) + (2+20)*(1-_64bit) + (9+10)*goarch.IsWasm + (2+20)*goos.IsIos*goarch.IsArm64",
		with:   "logHeapArenaBytes = 2 + 20",
		why:    "arenas of 4 MiB, as on 32-bit systems: 64 MiB ones do not fit a small machine",
	},
	{
		file:   "runtime/malloc.go",
		anchor: "arenaBaseOffset = 0xffff800000000000*goarch.IsAmd64 + 0x0a00000000000000*goos.IsAix",
		with:   "arenaBaseOffset = 0",
		why:    "addresses are not sign-extended in 32 bits",
	},
	{
		file:   "runtime/mpagealloc_32bit.go",
		anchor: "//go:build 386 || arm || mips || mipsle || wasm || (gccgo && (ppc || s390))",
		with:   "//go:build tamago",
		why:    "the page allocator that fits 32 bits of heap address",
	},
	{
		file:   "runtime/mem_sbrk.go",
		anchor: "//go:build plan9 || wasm",
		with:   "//go:build tamago",
		why:    "a whole allocator over one growing break; only sbrk itself is ours",
	},
	{
		file:   "runtime/mem_sbrk.go",
		anchor: "func initBloc() {",
		with:   "func initBlocUnused() {",
		why:    "hwinit0 sets the break, before the page size is known to the stock code",
	},
	{
		file:   "runtime/lock_futex.go",
		anchor: "func beforeIdle(int64, int64) (*g, bool) {\n\treturn nil, false\n}",
		with:   "",
		why:    "idle is ours",
	},
	{
		file:   "runtime/lock_futex.go",
		anchor: "func notetsleepg(n *note, ns int64) bool {\n\tgp := getg()\n\tif gp == gp.m.g0 {\n\t\tthrow(\"notetsleepg on g0\")\n\t}\n\n\tentersyscallblock()\n\tok := notetsleep_internal(n, ns)\n\texitsyscall()\n\treturn ok\n}",
		with:   "",
		why:    "it would block the only M; ours polls",
	},
	{
		file:   "runtime/proc.go",
		anchor: "const haveSysmon = GOARCH != \"wasm\"",
		with:   "const haveSysmon = false",
		why:    "no thread besides the one",
	},
	{
		file:   "runtime/proc.go",
		anchor: "func dolockOSThread() {\n\tif GOARCH == \"wasm\" {",
		with:   "func dolockOSThread() {\n\tif !portThreads {",
		why:    "a locked goroutine would need a second M for the others",
	},
	{
		file:   "runtime/proc.go",
		anchor: "if atomic.Load(&newmHandoff.haveTemplateThread) == 0 && GOOS != \"plan9\" {",
		with:   "if !portThreads {\n\t\treturn\n\t}\n\tif atomic.Load(&newmHandoff.haveTemplateThread) == 0 {",
		why:    "every goroutine is on the one thread always. A count of locks would stay with the M when a locked goroutine ends",
	},
	{
		file:   "runtime/debug.go",
		anchor: "if GOARCH == \"wasm\" && n > 1 {\n\t\tn = 1 // WebAssembly has no threads yet, so only one CPU is possible.",
		with:   "if n > int(numCPUStartup) {\n\t\tn = int(numCPUStartup)",
		why:    "GOMAXPROCS above the number of processors would start threads",
	},
	{
		file:   "runtime/proc.go",
		anchor: "\trandinit() // must run before mallocinit, alginit, mcommoninit\n\tmallocinit()\n",
		with:   "\tmallocinit()\n\trandinit()\n",
		why:    "boards allocate when they prepare their random generator; mallocinit needs no random numbers with a break",

		releases: []string{"go1.26"},
	},
	{
		file:   "runtime/proc.go",
		anchor: "\trandinit() // must run before mallocinit, AlgInit, mcommoninit\n\tmallocinit()\n",
		with:   "\tmallocinit()\n\trandinit()\n",
		why:    "as above",

		releases: []string{"go1.27"},
	},
	{
		file:   "runtime/proc.go",
		anchor: "\t// World is effectively started now, as P's can run.\n\tworldStarted()\n",
		with:   "\t// World is effectively started now, as P's can run.\n\tworldStarted()\n\thwinit1()\n",
		why:    "the board is initialised when there is a heap and before main",
	},
	{
		file:   "runtime/proc.go",
		anchor: "\tnow, pollUntil, _ := pp.timers.check(0, nil)\n\n\t// Try to schedule the trace reader.",
		with:   "\tif atomic.Load(&portWokenFlag) != 0 {\n\t\tportWakeSleepers()\n\t}\n\tif portPreemptsAt != 0 {\n\t\tportCollectReady(portPreemptsAt)\n\t}\n\tnow, pollUntil, _ := pp.timers.check(0, nil)\n\n\t// Try to schedule the trace reader.",
		why:    "goroutines that an interrupt woke are made ready at every turn of the scheduler; and after a slice is over, the periodic collection's",
	},
	{
		file:   "runtime/proc.go",
		anchor: "\tgp.stackguard0 = gp.stack.lo + stackGuard\n\tif !inheritTime {\n\t\tmp.p.ptr().schedtick++\n\t}\n",
		with:   "\tgp.stackguard0 = gp.stack.lo + stackGuard\n\tif !inheritTime {\n\t\tmp.p.ptr().schedtick++\n\t}\n\tportExecute(gp, mp.p.ptr())\n",
		why:    "a goroutine's slice begins",
	},
	{
		file:   "runtime/proc.go",
		anchor: "func runqput(pp *p, gp *g, next bool) {\n",
		with:   "func runqput(pp *p, gp *g, next bool) {\n\tportReady()\n",
		why:    "from now on the running goroutine shares the processor",
	},
	{
		file:   "runtime/proc.go",
		anchor: "func wakeNetPoller(when int64) {\n",
		with:   "func wakeNetPoller(when int64) {\n\tportTimer(when)\n",
		why:    "nothing waits in a poller for the timer to be due; the board's timer does",
	},
	{
		file:   "runtime/proc.go",
		anchor: "\t// If we have lots of excessive work, resetspinning will unpark additional procs as necessary.\n\twakep()\n",
		with:   "\t// If we have lots of excessive work, resetspinning will unpark additional procs as necessary.\n\twakep()\n\tif gcBlackenEnabled != 0 {\n\t\tportReady()\n\t}\n",
		why:    "a collection has begun, and its worker is in no queue",
	},
	{
		file:   "runtime/panic.go",
		anchor: "\tvar p _panic\n\tp.arg = e\n",
		with:   "\tportUnmask()\n\tvar p _panic\n\tp.arg = e\n",
		why:    "a section that a panic has left is over, whoever recovers",
	},
	{
		file:   "runtime/panic.go",
		anchor: "\tvar p _panic\n\tp.goexit = true\n",
		with:   "\tif gp := getg(); gp.m.curg == gp {\n\t\tportUnmask()\n\t}\n\tvar p _panic\n\tp.goexit = true\n",
		why:    "as above; a real-time poll, whose g has no m, faults before that",
	},
	{
		file:   "runtime/runtime2.go",
		anchor: "\trunnableTime    int64 // the amount of time spent runnable, cleared when running, only used when tracking\n",
		with:   "\trunnableTime    int64 // the amount of time spent runnable, cleared when running, only used when tracking\n\tportRan         int64 // the time spent running\n",
		why:    "who keeps the processor is known; see portRunTime",
	},
	{
		file:   "crypto/internal/fips140/drbg/entropy_fips140.go",
		anchor: "var memory entropy.ScratchBuffer\n\nfunc getEntropy() *[SeedSize]byte {\n",
		with:   "func getEntropy() *[SeedSize]byte {\n\tmemory := new(entropy.ScratchBuffer)\n",
		why:    "32 MiB of .bss are memory here, and file in a flat image; only FIPS mode comes by",
	},
	{
		file:   "crypto/internal/fips140/drbg/entropy_fips140.go",
		anchor: "seed, err := entropy.Seed(&memory)",
		with:   "seed, err := entropy.Seed(memory)",
		why:    "as above",
	},
	{
		file:   "crypto/internal/fips140/drbg/entropy_fips140.go",
		anchor: "seed, err = entropy.Seed(&memory)",
		with:   "seed, err = entropy.Seed(memory)",
		why:    "as above",
	},
}

package verify

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/port"
)

// refusals of the image of package refused: which function, what its chain passes through,
// and what is said of its end.
var bad = []struct{ poll, through, what string }{
	{"allocates", "runtime.newobject", "allocates"},
	{"grows", "runtime.growslice", "allocates"},
	{"boxes", "runtime.convT", "allocates"},
	{"concatenates", "runtime.concatstring", "allocates"},
	{"barrier", "runtime.gcWriteBarrier", "write barrier"},
	{"mapRead", "runtime.mapaccess", "map operation"},
	{"mapWrite", "runtime.mapassign", "map operation"},
	{"sends", "runtime.chansend", "channel operation"},
	{"selects", "runtime.selectnb", "select"},
	{"defers", "runtime.defer", "defer"},
	{"locks", "sync.", "lock"},
	{"starts", "runtime.newproc", "goroutine"},
	{"calls", "main.calls", "not known"},
	{"interfaces", "main.interfaces", "not known"},
	{"recurses", "main.recurse", "no bound"},
	{"prints", "runtime.print", "of the runtime"},
	{"sleeps", "runtime.", "of the runtime"},
	{"deep", "main.", "stack"},
	{"formats", "fmt.Println", "allocates"},
	{"spoofs", "main.callSpoof", "has the name of a function of runtime and is of github.com/tamagotake/tamagotake/boot/verify/images/refused"},
	{"entersExecutor", "main.callRun", "is for github.com/tamagotake/tamagotake/hal/"},
	{"takesNext", "sched.Next", "is for github.com/tamagotake/tamagotake/"},
	{"wakesMasked", "WakeMasked", "is for github.com/tamagotake/tamagotake/"},
	{"changesG", "main.writeG", "has a write of "},
}

// corners are refusals on amd64 only.
var corners = []struct{ poll, through, what string }{
	{"storesString", "main.stringOverReturn", "return to another place"},
	{"movesString", "main.moveOverReturn", "return to another place"},
	{"exchangesReturn", "main.exchangeOverReturn", "return to another place"},
	{"storesAtIndex", "main.indexOverReturn", "return to another place"},
	{"flipsReturn", "main.bitOfReturn", "a store of a bit at a distance that is in a register"},
	{"pausesNot", "main.pauseThatExchanges", "not known: f3 49 90"},
	{"fakesFlag", "main.behindOwnFlag", "not known to be harmless"},
	{"setsFlag", "main.behindFlag", "not known to be harmless"},
}

// buildImage builds an image of a package of this module, once, and lists what it is built of.
func buildImage(t *testing.T, arch, pkg string) (name string, linked []byte, packages []port.Package) {
	t.Helper()
	target, err := port.Lookup(arch)
	if err != nil {
		t.Fatal(err)
	}
	c, err := port.Stock(port.Releases[0], target, "")
	if err != nil {
		t.Fatal(err)
	}
	pkg = "github.com/tamagotake/tamagotake/" + pkg
	if packages, err = c.Packages(pkg); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(buildDir, arch+"-"+filepath.Base(pkg)+".elf")
	if linked, err = os.ReadFile(file); err == nil {
		return pkg, linked, packages
	}
	cmd, err := c.Link(pkg, file, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if linked, err = os.ReadFile(file); err != nil {
		t.Fatal(err)
	}
	return pkg, linked, packages
}

// verifyImage verifies an image of a package.
func verifyImage(t *testing.T, arch, pkg string) *Result {
	t.Helper()
	v, err := Image(buildImage(t, arch, pkg))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var buildDir string

// Files are named from the top of the module, where make is run.
func TestMain(m *testing.M) {
	err := os.Chdir("../..")
	if err == nil {
		buildDir, err = os.MkdirTemp("", "verify")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(buildDir)
	os.Exit(code)
}

// Every kind of bad task is refused, with a chain of calls that says where; a good one
// beside them is not, nor are the entries.
func TestRefused(t *testing.T) {
	for _, arch := range []string{"amd64", "arm"} {
		t.Run(arch, func(t *testing.T) {
			v := verifyImage(t, arch, "boot/verify/images/refused")
			if len(v.roots) < len(bad)+8 {
				t.Errorf("only %d roots", len(v.roots))
			}
			bad := bad
			if arch == "amd64" {
				bad = slices.Concat(bad, corners)
			}
			place := regexp.MustCompile(`^boot/verify/images/refused/(main|corners_amd64)\.go:\d+$`)
			refused := map[string]string{}
			for _, r := range v.refusals {
				name := strings.TrimPrefix(r.root.Name, "main.")
				refused[name] += r.String() + "\n"
				if !place.MatchString(r.line()) {
					t.Errorf("no place: %v", r)
				}
			}
			for _, b := range bad {
				text := refused[b.poll]
				if !regexp.MustCompile(regexp.QuoteMeta(b.through) + `(?s:.*)` + regexp.QuoteMeta(b.what)).MatchString(text) {
					t.Errorf("%s: not refused as %q through %s, but:\n%s", b.poll, b.what, b.through, text)
				}
				delete(refused, b.poll)
			}
			for name, text := range refused {
				t.Errorf("%s: refused without need:\n%s", name, text)
			}
		})
	}
}

// What is no image is refused with one line.
func TestNoImage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "host")
	if out, err := exec.Command("go", "build", "-o", file, "github.com/tamagotake/tamagotake/rt/bench").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	host, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		linked []byte
		want   string
	}{
		{nil, "not an ELF file"},
		{[]byte("text"), "not an ELF file"},
		{host, "no interrupt entry"},
	} {
		if _, err := Image("it", x.linked, nil); err == nil || !strings.Contains(err.Error(), x.want) || strings.Contains(fmt.Sprint(err), "\n") {
			t.Errorf("%d bytes: %v", len(x.linked), err)
		}
	}
}

// In an image without marks no task can be a real-time one: the seal has no function.
func TestNoMarks(t *testing.T) {
	name, linked, _ := buildImage(t, "amd64", "examples/monitor")
	v, err := Image(name, linked, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s := v.Summary(); !strings.HasPrefix(s, "verified: 0 poll functions and ") {
		t.Error(s)
	}
	sealed, err := v.Seal()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range sealTables {
		if got := table(t, sealed, x.variable); slices.Max(got) != 0 {
			t.Errorf("%s: %x", x.variable, got)
		}
	}
}

// An entry that the image does not have is an error, and no silence.
func TestEntries(t *testing.T) {
	name, linked, _ := buildImage(t, "arm", "boot/verify/images/refused")
	im, err := open(name, linked)
	if err != nil {
		t.Fatal(err)
	}
	if roots, err := entries(im); err != nil || len(roots) < 10 {
		t.Fatalf("%d: %v", len(roots), err)
	}
	im.funcs = slices.DeleteFunc(im.funcs, func(f *function) bool { return f.name == "github.com/tamagotake/tamagotake/hal/arm.prefetchAbort" })
	if _, err := entries(im); err == nil || !strings.Contains(err.Error(), "has no github.com/tamagotake/tamagotake/hal/arm.prefetchAbort") {
		t.Errorf("%v", err)
	}
}

// Rules are for whole names, and for the functions that are written in the package that
// they are named after.
func TestWholeNames(t *testing.T) {
	for name, want := range map[string]string{
		"runtime.memmove":               "runtime",
		"internal/runtime/atomic.cas<>": "internal/runtime/atomic",
		"github.com/tamagotake/tamagotake/rt/internal/raw.(*Base).takeBack": "github.com/tamagotake/tamagotake/rt/internal/raw",
		"github.com/tamagotake/tamagotake/rt/tasksync.F[go.shape.int/x.y]":  "github.com/tamagotake/tamagotake/rt/tasksync",
		"example.com/a.b/c%2ed.F": "example.com/a.b/c%2ed",
		"main.main.func1":         "main",
	} {
		if got := packageOf(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	im := &image{main: "x/cmd"}
	for _, x := range []struct{ name, home, want string }{
		{"runtime.memmove", "runtime", ""},
		{"runtime.memequal", "internal/bytealg", ""},
		{"runtime.memequal", "x/cmd", "has the name of"},
		{"runtime.gopanic", "x/cmd", "has the name of"},
		{"runtime.panicdivide2", "runtime", "is of the runtime"},
		{"internal/runtime/atomic.Load", "x/lib", "has the name of"},
		{"internal/runtime/atomic.storePointer", "runtime", "write barrier"},
		{"os.runtime_args", "runtime", "is of the runtime"},
		{"sync.(*Mutex).Lock", "sync", "is a lock"},
		{"main.memmove", "x/cmd", ""},
	} {
		got := ""
		if c := im.classOf(&function{name: x.name, home: x.home}); c != nil {
			got = c.refuse
		}
		if x.want == "" && got != "" || !strings.Contains(got, x.want) {
			t.Errorf("%s of %s: %q, want %q", x.name, x.home, got, x.want)
		}
	}
	for _, x := range []struct {
		name, home string
		want       permit
	}{
		{"github.com/tamagotake/tamagotake/rt/platform.MaskInterrupts", "github.com/tamagotake/tamagotake/rt/platform", permit{privileged: true}},
		{"github.com/tamagotake/tamagotake/rt/platform.MaskInterrupts", "x/cmd", permit{}},
		{"github.com/tamagotake/tamagotake/hal/amd64.run", "github.com/tamagotake/tamagotake/hal/amd64", permit{privileged: true, switchesStack: true}},
		{"main.run", "x/cmd", permit{}},
		{"x/lib.memeqbody<>", "x/lib", permit{}},
	} {
		if got := im.permitOf(&function{name: x.name, home: x.home}); got != x.want {
			t.Errorf("%s of %s: %v, want %v", x.name, x.home, got, x.want)
		}
	}
	for _, x := range []struct {
		caller, callee string // whole names; each is of the package that it is named after
		want           bool
	}{
		{"github.com/tamagotake/tamagotake/hal/amd64.interrupt<>", "github.com/tamagotake/tamagotake/hal/amd64.run", true},
		{"github.com/tamagotake/tamagotake/rt/platform.enter", "github.com/tamagotake/tamagotake/hal/arm.enter", true},
		{"github.com/tamagotake/tamagotake/rt/internal/raw.(*Base).takeBack", "github.com/tamagotake/tamagotake/rt/internal/raw.Undo.call", true},
		{"x/lib.F", "github.com/tamagotake/tamagotake/rt/internal/raw.Undo.call", false},
		{"github.com/tamagotake/tamagotake/rt/platform.tryPreempt", "github.com/tamagotake/tamagotake/rt/internal/raw.Undo.call", false},
		{"x/lib.F", "github.com/tamagotake/tamagotake/hal/arm.run", false},
		{"github.com/tamagotake/tamagotake/hal/arm.others", "github.com/tamagotake/tamagotake/rt/sched.Next", true},
		{"github.com/tamagotake/tamagotake/rt/sched.Direct", "github.com/tamagotake/tamagotake/rt/sched.Next", true},
		{"x/hal/arm.others", "github.com/tamagotake/tamagotake/rt/sched.Next", false},
		{"x/lib.F", "github.com/tamagotake/tamagotake/hal/amd64.preempt", false},
		{"x/lib.F", "github.com/tamagotake/tamagotake/hal/arm.stopWatchdog", false},
		{"x/lib.F", "github.com/tamagotake/tamagotake/rt/platform.MaskInterrupts", true},
		{"x/lib.F", "runtime.memmove", true},
	} {
		if got := im.mayCall(&function{name: x.caller, home: packageOf(x.caller)}, &function{name: x.callee, home: packageOf(x.callee)}); got != x.want {
			t.Errorf("%s calls %s: %v", x.caller, x.callee, got)
		}
	}
}

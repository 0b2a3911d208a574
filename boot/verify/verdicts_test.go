package verify

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// verdicts are what verify must say of each task of package verdicts: nothing if it may run
// below the runtime, or what the refusal has in it, amd64 and ARM where they are not alike.
var verdicts = []struct {
	task   string
	reason []string
}{
	{"dividesWide", nil},
	{"convertsFloat", nil},
	{"storesThroughUnsafe", []string{"write barrier"}},
	{"copiesPointers", []string{"runtime.typedslicecopy, which is a write barrier"}},
	{"clearsPointer", []string{"write barrier"}},
	{"clearsStruct", []string{"write barrier"}},
	{"storesAddress", nil},
	{"copiesBytes", nil},
	{"comparesOrder", []string{"runtime.cmpstring, which is of the runtime"}},
	{"comparesEqual", nil},
	{"indexes", nil},
	{"passesArray", nil},
	{"devirtualised", nil},
	{"throughDictionary", []string{"an address that is not known"}},
	{"jumpTable", nil},
	{"openDefer", []string{"a defer, which the runtime runs"}},
	{"recovers", []string{"a defer, which the runtime runs"}},
	{"asserts", []string{"is of the runtime"}},
	{"switchesOnType", nil},
	{"methodValue", []string{"an address that is not known"}},
	{"rangesOverFunc", nil},
	{"closure", []string{"main.apply, which calls or jumps to an address that is not known"}},
	{"callsSlot", []string{"an address that is not known"}},
	{"mutual", []string{"calls itself"}},
	{"sumOfFrames", []string{"bytes of stack, of"}},
	{"linkedClock", []string{"runtime.nanotime, which is of the runtime"}},
	{"linkedAllocator", []string{"runtime.mallocgc, which allocates"}},
	{"atomicPointer", []string{"sync/atomic.StorePointer, which is a write barrier"}},
	{"atomicValue", []string{"write barrier"}},
	{"atomicWide", nil},
	{"fusedMultiply", nil},
	{"squareRoot", nil},
	{"exponential", nil},
	{"floor", nil},
	{"triesLock", nil},
	{"runsOnce", []string{"is a lock"}},
	{"readsClock", []string{"which is of the runtime"}},
	{"blocksForEver", []string{"runtime.block, which is a select"}},
	{"masksInterrupts", nil},
	{"sleeps", []string{"time.Sleep, which is of the runtime"}},
	{"stackByAddress", []string{"bytes of stack, of"}},
	{"stackByRegister", []string{"a write of the stack pointer that cannot be followed"}},
	{"pushesInLoop", []string{"bytes on the stack, and another way with"}},
	{"returnsElsewhere", []string{"a return to another place"}},
	{"namedLikeAtomic", []string{"verdicts.cas<>, which calls or jumps to an address that is not known"}},
	{"vectorMemory", []string{"a vector instruction of AVX", "a vector instruction of NEON"}},
	{"vectorRegister", []string{"a vector instruction of AVX", "a vector register from D16 on"}},
	{"leavesStack", []string{"a write of the stack pointer that cannot be followed", "(BLX), which is not followed"}},
}

// Each of the tasks has its verdict, on both architectures. With SOUND=dir, dir/verify.json
// says of how many.
func TestVerdicts(t *testing.T) {
	wrong := map[string]bool{}
	for i, arch := range []string{"amd64", "arm"} {
		t.Run(arch, func(t *testing.T) {
			v := verifyImage(t, arch, "boot/verify/images/verdicts")
			if polls := slices.DeleteFunc(v.roots, func(r *root) bool { return r.mark != mark }); len(polls) != len(verdicts) {
				t.Errorf("%d tasks, and verdicts for %d", len(polls), len(verdicts))
			}
			said := map[string]string{}
			for _, r := range v.refusals {
				name := strings.TrimPrefix(r.root.Name, "main.")
				said[name] += r.String() + "\n"
			}
			for _, want := range verdicts {
				text := said[want.task]
				delete(said, want.task)
				switch {
				case want.reason == nil && text == "":
					continue
				case want.reason == nil:
					t.Errorf("%s is refused without need:\n%s", want.task, text)
				case text == "":
					t.Errorf("%s is not refused", want.task)
				case !strings.Contains(text, want.reason[min(i, len(want.reason)-1)]):
					t.Errorf("%s is refused, but not as %q:\n%s", want.task, want.reason, text)
				case !regexp.MustCompile(`^boot/verify/images/verdicts/\w+\.go:\d+: main\.` + want.task).MatchString(text):
					t.Errorf("%s: not its own line first:\n%s", want.task, text)
				default:
					continue
				}
				wrong[want.task] = true
			}
			for name, text := range said {
				t.Errorf("%s is refused, and is no task:\n%s", name, text)
				wrong[name] = true
			}
		})
	}
	if dir := os.Getenv("SOUND"); dir != "" {
		text, _ := json.Marshal(map[string]int{"verdicts": len(verdicts), "right": len(verdicts) - len(wrong)})
		if err := os.WriteFile(filepath.Join(dir, "verify.json"), append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

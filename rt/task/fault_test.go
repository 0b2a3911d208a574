package task

import (
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/raw"
)

// The text of a fault says what was wrong with the access, and what was touched.
func TestFaultNamesMemory(t *testing.T) {
	defer func() { NameMemory = nil }()
	for _, c := range []struct {
		kind FaultKind
		addr uintptr
		name string
		want string
	}{
		{FaultNil, 8, "", "nil pointer 0x8"},
		{FaultMemory, 0x111ff8, "below the real-time stack", "touched the guard page 0x111ff8 (below the real-time stack)"},
		{FaultWrite, 0x201000, "text of main.poll", "wrote to read-only memory 0x201000 (text of main.poll)"},
		{FaultExecute, 0x800000, "heap", "executed memory that is not code 0x800000 (heap)"},
		{FaultMemory, 0x7f000000, "", "bad address 0x7f000000"},
		{FaultBudget, 0, "heap", "poll exceeded its budget"},
		{FaultExecute + 1, 0, "", "executed memory"}, // none; the last name is better than a crash
	} {
		NameMemory = func(addr uintptr) (string, bool) {
			if addr != c.addr {
				t.Errorf("asked for %#x", addr)
			}
			return c.name, strings.HasPrefix(c.name, "below")
		}
		e := faultError(7, "pump", &raw.Fault{Kind: uint32(c.kind), Addr: c.addr})
		if got := e.Error(); !strings.HasPrefix(got, "task 7 pump faulted: "+c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// Without a name for memory there is only the address.
func TestFaultWithoutNames(t *testing.T) {
	e := FaultError{ID: 7, Task: "pump", Fault: Fault{Kind: FaultWrite, Addr: 0x201000}}
	if got := e.Error(); got != "task 7 pump faulted: wrote to read-only memory 0x201000" {
		t.Errorf("%q", got)
	}
}

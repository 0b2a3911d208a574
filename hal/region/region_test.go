package region

import (
	"reflect"
	"strings"
	"testing"
)

func example() *Map {
	var m Map
	text := reflect.ValueOf(example).Pointer() &^ (PageSize - 1)
	m.Add(0x1000, 0x3000, Read, "firmware")
	m.Add(0x4000, 0x5000, Absent, "below the stack")
	m.AddAt(0x5000, 0x7000, 0x80000, Write, "stack")
	m.Add(0x7000, 0x7000, Write, "nothing")
	m.Add(0x9000, 0xa000, Device, "devices")
	m.Add(text, text+2*PageSize, Execute, "text")
	return &m
}

func TestFind(t *testing.T) {
	m := example()
	for _, c := range []struct {
		addr uintptr
		want string
	}{{0, ""}, {0xfff, ""}, {0x1000, "firmware"}, {0x2fff, "firmware"}, {0x3000, ""}, {0x4fff, "below the stack"},
		{0x5000, "stack"}, {0x6fff, "stack"}, {0x7000, ""}, {0x9fff, "devices"}, {^uintptr(0), ""}} {
		if got, absent := m.Name(c.addr); got != c.want || absent != strings.HasPrefix(got, "below") {
			t.Errorf("%#x is %q, absent %v, want %q", c.addr, got, absent, c.want)
		}
	}
	if got, _ := m.Name(reflect.ValueOf(example).Pointer()); !strings.HasPrefix(got, "text of ") || !strings.HasSuffix(got, "region.example") {
		t.Errorf("a function's code is %q", got)
	}
	if r := m.Find(0x5800); r.Physical != 0x80000 {
		t.Errorf("the stack's memory is at %#x", r.Physical)
	}
	n := 0
	for range m.All {
		n++
	}
	if n != 5 {
		t.Errorf("%d regions", n)
	}
}

func TestAddRefuses(t *testing.T) {
	for name, add := range map[string]func(m *Map){
		"overlap":  func(m *Map) { m.Add(0x9000, 0xb000, Write, "x") },
		"a part":   func(m *Map) { m.Add(0xc000, 0xc800, Write, "x") },
		"backward": func(m *Map) { m.Add(0xd000, 0xc000, Write, "x") },
		"physical": func(m *Map) { m.AddAt(0xc000, 0xd000, 0x10, Write, "x") },
	} {
		t.Run(name, func(t *testing.T) {
			var m Map
			m.Add(0x9000, 0xa000, Device, "devices")
			defer func() {
				if recover() == nil {
					t.Error("added")
				}
			}()
			add(&m)
		})
	}
}

// A program's pieces follow each other without a gap, in whole pages; the guard is absent, and
// without one heap and boot stack are one region.
func TestProgram(t *testing.T) {
	p := Program{Text: 0x1000, TextEnd: 0x2345, Constants: 0x3000, Variables: 0x5000, End: 0x6001, Guard: 0x9000, StackEnd: 0xb000}
	for _, c := range []struct {
		guard uintptr
		addr  uintptr
		want  string
		is    Access
	}{
		{0x9000, 0x2fff, "text", Execute}, {0x9000, 0x3000, "constants", Read}, {0x9000, 0x6fff, "variables", Write},
		{0x9000, 0x7000, "heap", Write}, {0x9000, 0x9fff, "below the boot stack", Absent}, {0x9000, 0xafff, "boot stack", Write},
		{0, 0x7000, "heap or boot stack", Write}, {0, 0xafff, "heap or boot stack", Write},
	} {
		var m Map
		p.Guard = c.guard
		m.AddProgram(p)
		if r := m.Find(c.addr); r == nil || r.Name != c.want || r.Access != c.is {
			t.Errorf("guard %#x: %#x is in %+v, want %s", c.guard, c.addr, r, c.want)
		}
	}
}

// Package region describes memory: which addresses exist, what is there, and what the
// processor allows. Each machine writes its map once, at the start; its page tables and the
// text of a fault are made from the same map, so that they cannot disagree.
//
//	map.Add(start, end, Execute, "text")     the start, in order of addresses
//	            |
//	            +--> page tables             hal/amd64, hal/arm
//	            +--> Find, Name              what an address belongs to
package region

import "runtime"

// PageSize is the size in bytes of the smallest page of both machines.
const PageSize = 0x1000

// Access says what the processor allows in a region.
type Access uint8

const (
	Absent  Access = iota // nothing: every access is a fault
	Read                  // constants
	Execute               // machine code, which can also be read
	Write                 // variables, which can also be read
	Device                // registers: read and write, not cached
)

// Region is a range of whole pages.
type Region struct {
	Start, End uintptr // End is the first address after it
	Physical   uintptr // where Start is in physical memory
	Access     Access
	Name       string
}

// max is more than a machine needs.
const max = 40

// Map is the regions of a machine, in order of addresses. What lies between two regions is
// absent. The zero value is an empty map.
type Map struct {
	list  [max]Region
	count int
}

// Add adds a region whose virtual and physical addresses are the same. It panics if the
// region is not behind those that are there, or not of whole pages. An empty region is not
// added. Thread level, at the start.
func (m *Map) Add(start, end uintptr, access Access, name string) {
	m.AddAt(start, end, start, access, name)
}

// AddAt is [Map.Add] for a region whose memory is at another physical address.
func (m *Map) AddAt(start, end, physical uintptr, access Access, name string) {
	if start == end {
		return
	}
	if (start|end|physical)%PageSize != 0 || end < start || m.count > 0 && start < m.list[m.count-1].End {
		panic("region: " + name + " is not of whole pages, or not behind the region before it")
	}
	m.list[m.count] = Region{start, end, physical, access, name}
	m.count++
}

// All calls yield for each region, until it returns false.
func (m *Map) All(yield func(*Region) bool) {
	for i := range m.list[:m.count] {
		if !yield(&m.list[i]) {
			return
		}
	}
}

// Find returns the region that an address belongs to, nil if it belongs to none. Any level.
//
//go:nosplit
func (m *Map) Find(addr uintptr) *Region {
	for i := 0; i < m.count && i < max; i++ {
		if r := &m.list[i]; addr >= r.Start && addr < r.End {
			return r
		}
	}
	return nil
}

// Name names what an address belongs to, such as "heap" or "text of main.poll"; it is empty
// for an address in no region. absent says that there is nothing on purpose, as below a
// stack. Thread level.
func (m *Map) Name(addr uintptr) (name string, absent bool) {
	r := m.Find(addr)
	if r == nil {
		return "", false
	}
	if r.Access == Execute {
		if f := runtime.FuncForPC(addr); f != nil {
			return r.Name + " of " + f.Name(), false
		}
	}
	return r.Name, r.Access == Absent
}

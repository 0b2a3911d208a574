package verify

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"
)

// pclntab is the table that the Go linker writes about functions: names, places in the
// source, what was inlined, defers. The runtime reads the same one for its traces
// (runtime/symtab.go and symtabinl.go of Go 1.26, whose names are used here).
//
// Rejected: debug/gosym, which knows neither what was inlined nor which function defers.
type pclntab struct {
	order   binary.ByteOrder
	ptr     int // bytes of an address
	quantum uint64
	text    uint64
	count   int
	names   []byte
	units   []byte // cutab: for each file of a compilation unit, where its name is
	files   []byte
	values  []byte // pctab
	funcs   []byte
	data    []byte // what go:func.* has: the trees of inlined calls
}

// magic of Go 1.20 and later.
const pclntabMagic = 0xfffffff1

func readPclntab(table, data []byte, order binary.ByteOrder, text uint64) (*pclntab, error) {
	if len(table) < 8+8*8 || order.Uint32(table) != pclntabMagic {
		return nil, errors.New("the table of functions (.gopclntab) is not one of Go 1.20 or later")
	}
	t := &pclntab{order: order, quantum: uint64(table[6]), ptr: int(table[7]), text: text, data: data}
	if t.ptr != 4 && t.ptr != 8 {
		return nil, fmt.Errorf("the table of functions (.gopclntab) is for addresses of %d bytes", t.ptr)
	}
	word := func(i int) uint64 {
		if t.ptr == 8 {
			return order.Uint64(table[8+8*i:])
		}
		return uint64(order.Uint32(table[8+4*i:]))
	}
	var parts [5][]byte
	for i := range parts {
		at := word(3 + i)
		if at > uint64(len(table)) {
			return nil, errors.New("the table of functions (.gopclntab) is cut off")
		}
		parts[i] = table[at:]
	}
	t.count = int(word(0))
	t.names, t.units, t.files, t.values, t.funcs = parts[0], parts[1], parts[2], parts[3], parts[4]
	if t.count < 0 || len(t.funcs) < 8*t.count+4 {
		return nil, errors.New("the table of functions (.gopclntab) is cut off")
	}
	return t, nil
}

// record is the part of runtime._func that is used here, and where it lies.
type record struct {
	at    int // in t.funcs
	entry uint64
}

const (
	funcName        = 4 // offsets in runtime._func
	funcDeferReturn = 12
	funcPCFile      = 20
	funcPCLine      = 24
	funcCountPC     = 28
	funcUnit        = 32
	funcCount       = 43
	funcSize        = 44

	pcdataInlined    = 2 // internal/abi.PCDATA_InlTreeIndex
	funcdataInlined  = 3 // internal/abi.FUNCDATA_InlTree
	funcdataOpenCode = 4 // internal/abi.FUNCDATA_OpenCodedDeferInfo
)

// find returns the record of the function that an address lies in.
func (t *pclntab) find(pc uint64) (r record, ok bool) {
	if pc < t.text {
		return r, false
	}
	off := pc - t.text
	i := sort.Search(t.count, func(i int) bool { return uint64(t.word(8*(i+1))) > off })
	if i == t.count || uint64(t.word(8*i)) > off {
		return r, false
	}
	r.at = int(t.word(8*i + 4))
	r.entry = t.text + uint64(t.word(8*i))
	return r, r.at+funcSize <= len(t.funcs)
}

// word reads 4 bytes of the records, 0 beyond their end.
func (t *pclntab) word(at int) uint32 {
	if at < 0 || at+4 > len(t.funcs) {
		return 0
	}
	return t.order.Uint32(t.funcs[at:])
}

func (t *pclntab) name(at uint32) string { return cString(t.names, at) }

func cString(b []byte, at uint32) string {
	if uint64(at) >= uint64(len(b)) {
		return ""
	}
	b = b[at:]
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return string(b[:i])
	}
	return ""
}

// defers reports whether a function has a defer that is run at its returns: an open-coded
// one needs no call of the runtime where it is made.
func (t *pclntab) defers(r record) bool {
	return t.word(r.at+funcDeferReturn) != 0 || t.funcdata(r, funcdataOpenCode) != none
}

const none = ^uint32(0)

func (t *pclntab) funcdata(r record, i int) uint32 {
	if i >= int(t.funcs[r.at+funcCount]) {
		return none
	}
	return t.word(r.at + funcSize + 4*int(t.word(r.at+funcCountPC)) + 4*i)
}

func (t *pclntab) pcdata(r record, i int, pc uint64) int32 {
	if i >= int(t.word(r.at+funcCountPC)) {
		return -1
	}
	return t.value(t.word(r.at+funcSize+4*i), r, pc)
}

// value looks an address up in one of the tables that give a value for each range of
// addresses.
func (t *pclntab) value(off uint32, r record, pc uint64) int32 {
	if off == 0 || uint64(off) >= uint64(len(t.values)) {
		return -1
	}
	b := t.values[off:]
	value, at := int32(-1), r.entry
	for first := true; ; first = false {
		delta, n := binary.Uvarint(b)
		if n <= 0 || delta == 0 && !first {
			return -1
		}
		b = b[n:]
		value += int32(uint32(delta)>>1) ^ -int32(delta&1)
		length, n := binary.Uvarint(b)
		if n <= 0 {
			return -1
		}
		b = b[n:]
		if at += length * t.quantum; pc < at {
			return value
		}
	}
}

// file returns the file that an instruction was written in.
func (t *pclntab) file(r record, pc uint64) string {
	i := t.value(t.word(r.at+funcPCFile), r, pc)
	if i < 0 {
		return ""
	}
	at := 4 * (uint64(t.word(r.at+funcUnit)) + uint64(i))
	if at+4 > uint64(len(t.units)) {
		return ""
	}
	return cString(t.files, t.order.Uint32(t.units[at:]))
}

// A frame is a function, inlined or not, and a line of it.
type frame struct {
	function string
	file     string
	line     int
}

// frames returns what an instruction was compiled from: the innermost inlined function
// first, the function itself last.
func (t *pclntab) frames(pc uint64) (list []frame) {
	r, ok := t.find(pc)
	if !ok {
		return nil
	}
	tree := t.funcdata(r, funcdataInlined)
	for len(list) < 100 {
		f := frame{t.name(t.word(r.at + funcName)), t.file(r, pc), int(t.value(t.word(r.at+funcPCLine), r, pc))}
		i := int32(-1)
		if tree != none {
			i = t.pcdata(r, pcdataInlined, pc)
		}
		const callSize = 16 // runtime.inlinedCall: function, name, position of the call, line
		at := uint64(tree) + uint64(i)*callSize
		if i < 0 || at+callSize > uint64(len(t.data)) {
			return append(list, f)
		}
		f.function = t.name(t.order.Uint32(t.data[at+4:]))
		list = append(list, f)
		pc = r.entry + uint64(t.order.Uint32(t.data[at+8:]))
	}
	return list
}

// knows reports whether a function of that name is in the image, be it only inlined.
func (t *pclntab) knows(name string) bool {
	return bytes.Contains(t.names, append(append([]byte{0}, name...), 0))
}

// directory is the import path of the package that an instruction was written in.
func (t *pclntab) directory(pc uint64) string {
	r, ok := t.find(pc)
	if !ok {
		return ""
	}
	if file := t.file(r, pc); file != "" {
		return importPath(file)
	}
	return ""
}

// importPath returns that of the package of a source file, by the name that it has in an image
// built with -trimpath. In a dependency that is the module's path with its version.
func importPath(file string) string {
	module, rest, versioned := strings.Cut(path.Dir(file), "@")
	if !versioned {
		return module
	}
	_, rest, _ = strings.Cut(rest, "/")
	return path.Join(module, rest)
}

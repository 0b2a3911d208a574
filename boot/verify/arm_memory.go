package verify

import "fmt"

// store notes that bytes are written.
func (o *armOp) store(at value, size int) {
	if at.kind != stack {
		return
	}
	o.s.store(at.n, size, 4)
	o.fl.above = max(o.fl.above, at.n+int64(size))
	if at.n < 4 && at.n+int64(size) > 0 && !o.c.switchesStack { // where the caller keeps it
		o.fl.what = badReturnOf
	}
	if sp := o.s.reg[armSP]; sp.kind == stack && at.n < sp.n {
		o.fl.what = fmt.Sprintf("a store below the stack pointer: %08x", o.w)
	}
}

// index returns where a load or store is, and writes its base register back.
func (o *armOp) index(off value) (at value) {
	w := o.w
	base := o.field(16)
	before := o.reg(base)
	after := value{}
	if off.kind == constant {
		if n := int64(int32(off.n)); w>>23&1 == 1 {
			after = before.plus(n)
		} else {
			after = before.plus(-n)
		}
	}
	at = after
	if w>>24&1 == 0 { // post-indexed
		at = before
	}
	if w>>24&1 == 0 || w>>21&1 == 1 {
		o.put(base, after)
	}
	return at
}

func (o *armOp) loadStore() {
	w := o.w
	off := value{constant, int64(w & 0xfff)}
	if w>>25&1 == 1 {
		off = value{}
		if w&0xff0 == 0 {
			off = o.reg(o.field(0))
		}
	}
	size := 4
	if w>>22&1 == 1 {
		size = 1
	}
	rt := o.field(12)
	back := w>>24&1 == 0 || w>>21&1 == 1
	if base := o.field(16); back && (base == rt || base == armPC) || w>>25&1 == 1 && o.field(0) == armPC {
		o.fl.what = fmt.Sprintf(unpredictable, w)
		return
	}
	if w>>20&1 == 0 {
		v := o.reg(rt)
		at := o.index(off)
		o.store(at, size)
		if at.kind == stack && size == 4 && v.kind == caller {
			o.s.kept = append(o.s.kept, at.n)
		}
		return
	}
	at := o.index(off)
	v := value{}
	switch {
	case size == 1:
		if at.kind == stack && o.s.isZero && at.n == o.s.zeroAt {
			v = value{constant, 0}
		}
	case at.kind == stack && o.s.keeps(at.n):
		v = value{caller, 0}
	case at.kind == constant:
		if at.n >= int64(o.c.f.addr) && at.n < int64(o.c.f.end()) { // a constant beside the code
			if data := o.c.im.readOnly(uint64(at.n), 4); data != nil {
				v = value{constant, int64(o.c.im.order.Uint32(data))}
			}
		}
	}
	o.put(rt, v)
}

// loadStoreExtra is for bytes and half words with signs, and for two words.
func (o *armOp) loadStoreExtra() {
	w := o.w
	off := value{}
	if w>>22&1 == 1 {
		off = value{constant, int64(w>>4&0xf0 | w&0xf)}
	}
	rt := o.field(12)
	double := w>>20&1 == 0 && w>>6&1 == 1 // LDRD, STRD
	back := w>>24&1 == 0 || w>>21&1 == 1
	if base := o.field(16); back && (base == rt || base == armPC) || double && (rt&1 == 1 || rt == armLR) || w>>22&1 == 0 && o.field(0) == armPC {
		o.fl.what = fmt.Sprintf(unpredictable, w)
		return
	}
	at := o.index(off)
	switch {
	case double && w>>5&1 == 0:
		o.result(12)
		o.put(rt+1, value{})
	case double:
		o.store(at, 8)
	case w>>20&1 == 1:
		o.result(12)
	default:
		o.store(at, 2)
	}
}

// exclusive is LDREX, STREX and those of other sizes.
func (o *armOp) exclusive() {
	w := o.w
	load, double := w>>20&1 == 1, w>>21&3 == 1
	pair := o.field(0)
	if load {
		pair = o.field(12)
	}
	if double && (pair&1 == 1 || pair == armLR) {
		o.fl.what = fmt.Sprintf(unpredictable, w)
		return
	}
	o.result(12)
	switch {
	case !load:
		o.store(o.reg(o.field(16)), []int{4, 8, 1, 2}[w>>21&3])
	case double:
		o.put(pair+1, value{})
	}
}

// multiple is LDM and STM.
func (o *armOp) multiple() {
	w, s := o.w, o.s
	list := w & 0xffff
	base := o.field(16)
	n := int64(0)
	for i := range 16 {
		n += int64(list >> i & 1)
	}
	if n == 0 || base == armPC {
		o.fl.what = fmt.Sprintf("an instruction that is not known to be harmless: %08x", w)
		return
	}
	start, after := o.reg(base), o.reg(base)
	if w>>23&1 == 1 { // up
		after = after.plus(4 * n)
		if w>>24&1 == 1 {
			start = start.plus(4)
		}
	} else {
		start = start.plus(-4 * n)
		after = start
		if w>>24&1 == 0 {
			start = start.plus(4)
		}
	}
	load := w>>20&1 == 1
	values := [16]value{}
	at := start
	for i := range 16 {
		if list>>i&1 == 1 {
			if load && at.kind == stack && s.keeps(at.n) {
				values[i] = value{caller, 0}
			} else if !load {
				values[i] = o.reg(i)
			}
			at = at.plus(4)
		}
	}
	if w>>21&1 == 1 {
		o.put(base, after)
	}
	at = start
	for i := range 16 {
		if list>>i&1 == 0 {
			continue
		}
		if load {
			o.put(i, values[i])
		} else {
			o.store(at, 4)
			if at.kind == stack && values[i].kind == caller {
				s.kept = append(s.kept, at.n)
			}
		}
		at = at.plus(4)
	}
}

// vectorMemory is VLDR, VSTR, VLDM and VSTM.
func (o *armOp) vectorMemory() {
	w := o.w
	base := o.field(16)
	load := w>>20&1 == 1
	n := int64(w&0xff) * 4
	if w>>24&1 == 1 && w>>21&1 == 0 { // one register
		if w>>23&1 == 0 {
			n = -n
		}
		if !load {
			o.store(o.reg(base).plus(n), 4<<(w>>8&1)) // a single or a double
		}
		return
	}
	if base == armPC {
		o.fl.what = fmt.Sprintf("an instruction that is not known to be harmless: %08x", w)
		return
	}
	at, after := o.reg(base), o.reg(base).plus(n)
	if w>>23&1 == 0 {
		at = at.plus(-n)
		after = at
	}
	if w>>21&1 == 1 {
		o.put(base, after)
	}
	if !load {
		o.store(at, int(n))
	}
}

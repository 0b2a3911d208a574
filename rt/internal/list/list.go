// Package list is the doubly linked list of what waits: intrusive, in order, with removal
// from the middle, no heap, and no pointers.
//
//	Head{first, last}
//	      |       \
//	      v        v
//	    [Link] <-> [Link] --> 0
//
// As in rt/queue, links are addresses, which need no write barrier; what they are of must
// lie in memory that does not move and is kept alive by something else. There is no lock:
// a list is used within a critical section of what it belongs to.
//
// A link lies in memory of a task, which may have written over it. So Remove reads all that it
// will write, and compares, before its first change: what cannot be read faults there, and what
// is not as the list has left it is found, while the list still is what it was.
package list

import "unsafe"

// Link is an object's place in a list and must be its first field. It is in one list at a
// time.
type Link struct{ next, prev uintptr }

// Head is a list. The zero value is empty. It must not be copied.
type Head struct{ first, last uintptr }

//go:nosplit
func addr(l *Link) uintptr { return uintptr(unsafe.Pointer(l)) }

//go:nosplit
func at(a uintptr) *Link { return *(**Link)(unsafe.Pointer(&a)) }

// PushBack puts l in at the end.
//
//go:nosplit
func (h *Head) PushBack(l *Link) {
	l.next, l.prev = 0, h.last
	if h.last == 0 {
		h.first = addr(l)
	} else {
		at(h.last).next = addr(l)
	}
	h.last = addr(l)
}

// PushFront puts l in at the beginning.
//
//go:nosplit
func (h *Head) PushFront(l *Link) {
	l.next, l.prev = h.first, 0
	if h.first == 0 {
		h.last = addr(l)
	} else {
		at(h.first).prev = addr(l)
	}
	h.first = addr(l)
}

// Sound reports whether l is in this list as far as its neighbours know, so that Remove will
// take it out.
//
//go:nosplit
func (h *Head) Sound(l *Link) bool {
	before, behind := h.around(l)
	return *before == addr(l) && *behind == addr(l)
}

// around returns what points to l from before and from behind.
//
//go:nosplit
func (h *Head) around(l *Link) (before, behind *uintptr) {
	before, behind = &h.first, &h.last
	if l.prev != 0 {
		before = &at(l.prev).next
	}
	if l.next != 0 {
		behind = &at(l.next).prev
	}
	return before, behind
}

// SoundEnd reports whether the last is the last, so that PushBack changes what it should.
//
//go:nosplit
func (h *Head) SoundEnd() bool {
	if h.last == 0 {
		return h.first == 0
	}
	return at(h.last).next == 0
}

// Remove takes l out, which must be in this list. It does nothing, and says no, if l is not
// [Head.Sound].
//
//go:nosplit
func (h *Head) Remove(l *Link) (ok bool) {
	before, behind := h.around(l)
	if *before != addr(l) || *behind != addr(l) {
		return false
	}
	*before, *behind = l.next, l.prev
	l.next, l.prev = 0, 0
	return true
}

// First returns the first, nil if there is none.
//
//go:nosplit
func (h *Head) First() *Link { return at(h.first) }

// Next returns the one behind l, nil if l is the last.
//
//go:nosplit
func (l *Link) Next() *Link { return at(l.next) }

// Empty reports whether there is none.
//
//go:nosplit
func (h *Head) Empty() bool { return h.first == 0 }

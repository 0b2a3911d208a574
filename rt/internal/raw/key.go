package raw

import "unsafe"

const word = unsafe.Sizeof(uintptr(0))

// key says which life a handle is of: the number of the task, which counts spawns and never
// comes again, above the place of the flags in the state word, and of these the flag L, for
// that life is over as soon as L is off.
//
//	 63                    32 31                     8 7       0
//	+------------------------+------------------------+---------+
//	|  number, upper 32 bits |    number, lower 24    |    L    |
//	+------------------------+------------------------+---------+
//	      Header.life           generation, in Header.state
//
// A handle is stale if either half is another than the header's. Both change in Spawn alone,
// while the slot is reserved: not live yet, and not free. So as long as a life has not ended
// they belong together, in whatever order they are read; and a transition that was decided on
// from both is made by a compare-and-swap of the state word, which fails if that life has
// ended meanwhile, unless exactly 2^24 spawns of the image, of which the last is of this slot,
// and everything that they do, come between the load and the compare-and-swap. The two are a
// few instructions apart. On a machine interrupts are masked there, so nothing comes between;
// on the host a goroutine would have to lie there for the seconds that those spawns take, and
// find the same flags again. A handle that is not in the middle of such a step is never taken
// for one of another life: 2^56 spawns, one each nanosecond, take two years; each 100 ns, the
// fastest that there is, two centuries.
//
// Rejected: a state word of 64 bits. Its operations are loops of two-word exclusive accesses on
// ARM, and each transition makes one. Rejected: a count of how often the 24 bits have wrapped,
// for each slot: it is a third number, where the task's own will do.
type key uint64

//go:nosplit
func keyOf(number uint64) key { return key(number<<8) | key(live) }

//go:nosplit
func (k key) number() uint64 { return uint64(k >> 8) }

// state is the key's half in the state word.
//
//go:nosplit
func (k key) state() uint32 { return uint32(k) }

//go:nosplit
func (k key) life() uint32 { return uint32(k >> 32) }

// key returns that of the present life, which cannot end meanwhile: of the caller's task.
//
//go:nosplit
func (h *Header) key() key {
	return key(h.life.LoadStable())<<32 | key(h.state.LoadStable()&^notKey)
}

// number returns the task's number.
//
//go:nosplit
func (h *Header) number() uint64 { return h.key().number() }

// notKey are the bits of the state word that are no part of a key.
const notKey = flags &^ live

// is reports whether s, which was just loaded from the state word, is of the life of the key.
//
//go:nosplit
func (h *Header) is(k key, s uint32) bool {
	return s&^notKey == k.state() && h.life.LoadRelaxed() == k.life()
}

// isMasked reports whether the header is in the life of the key, with none of these flags.
// Interrupts masked.
//
// Where words have 64 bits the state word and life are one load and one comparison.
//
//go:nosplit
func (h *Header) isMasked(k key, without uint32) bool {
	if word == 8 {
		both := uint64(h.life.LoadMasked())<<32 | uint64(h.state.LoadMasked())
		return both&^uint64(notKey&^without) == uint64(k)
	}
	return h.state.LoadMasked()&^(notKey&^without) == k.state() && h.life.LoadMasked() == k.life()
}

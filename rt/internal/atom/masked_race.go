//go:build race && !explore

package atom

// On the host nothing is masked; the race detector is to see atomic operations.

func (x *Uintptr) LoadMasked() uintptr     { return x.v.Load() }
func (x *Uintptr) StoreMasked(val uintptr) { x.v.Store(val) }
func (x *Uint32) LoadMasked() uint32       { return x.v.Load() }
func (x *Uint32) LoadStable() uint32       { return x.v.Load() }
func (x *Uint32) LoadRelaxed() uint32      { return x.v.Load() }
func (x *Uint32) StoreMasked(val uint32)   { x.v.Store(val) }

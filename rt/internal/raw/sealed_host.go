//go:build !tamago

package raw

var sealedPolls, sealedUndos = sealTable{Unsealed}, sealTable{Unsealed}

func pollTable() *sealTable { return &sealedPolls }
func undoTable() *sealTable { return &sealedUndos }

// Seal makes the tables what boot/verify would write, for one test; undo makes them as they were.
// A table that is nil stays as it is.
func Seal(polls, undos []uintptr) (undo func()) {
	p, u := sealedPolls, sealedUndos
	copy(sealedPolls[:], polls)
	copy(sealedUndos[:], undos)
	return func() { sealedPolls, sealedUndos = p, u }
}

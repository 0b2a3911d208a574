//go:build !tamago

package task

import "testing"

// SealPolls makes the table of verified poll functions what boot/verify would write, for one
// test.
func SealPolls(t *testing.T, table ...uintptr) {
	saved := sealedPolls
	t.Cleanup(func() { sealedPolls = saved })
	copy(sealedPolls[:], table)
}

// SealUndos is the same for the undo functions.
func SealUndos(t *testing.T, table ...uintptr) {
	saved := sealedUndos
	t.Cleanup(func() { sealedUndos = saved })
	copy(sealedUndos[:], table)
}

const Unsealed = unsealed

package task

import "testing"

// SealPolls makes the table of verified poll functions what boot/verify would write, for one
// test.
func SealPolls(t *testing.T, table ...uintptr) {
	saved := sealedPolls
	t.Cleanup(func() { sealedPolls = saved })
	copy(sealedPolls[:], table)
}

const Unsealed = unsealed

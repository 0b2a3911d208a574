package kernel

import (
	"slices"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/rt/task"
)

var disks []block.Device

// Disks returns the block devices, in the order in which they were found. One that is gone stays,
// and its requests fail.
func Disks() []block.Device { return disks }

// AddDisk makes a disk known, once. Thread level.
func AddDisk(d block.Device) {
	if !slices.Contains(disks, d) {
		disks = append(disks, d)
	}
}

// RandomSource is where random bytes come from. Poll is Ready when Read has some, or an error; Read
// does not wait.
type RandomSource interface {
	Poll(cx *task.Context) task.Poll
	Read(p []byte) (n int, err error)
}

var randomSource RandomSource

// SetRandom makes the random device known. Thread level.
func SetRandom(s RandomSource) { randomSource = s }

// Random returns the random device, nil if there is none.
func Random() RandomSource { return randomSource }

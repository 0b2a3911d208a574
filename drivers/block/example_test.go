//go:build !tamago

package block_test

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// memory is a disk of eight sectors that completes each request at once.
type memory [8 * block.SectorSize]byte

func (m *memory) Info() block.Info {
	return block.Info{Name: "memory", Sectors: 8, BlockSize: block.SectorSize, Depth: 1, SectorsMost: 8}
}

func (m *memory) Register(uint8) string { return "" }

func (m *memory) Submit(r *block.Request, w task.Waker) error {
	info := m.Info()
	if err := r.Begin(m, &info, w); err != nil {
		return err
	}
	switch at := m[r.Sector*block.SectorSize:]; r.Op {
	case block.Read:
		copy(r.Buf, at)
	case block.Write:
		copy(at, r.Buf)
	}
	r.Complete(block.OK, 0, 0)
	return nil
}

// readName reads the first bytes of a sector.
func readName(c *coro.Ctx, d block.Device, sector uint64) (string, error) {
	r := block.Request{Op: block.Read, Sector: sector, Buf: block.Buffer(block.SectorSize)}
	for err := d.Submit(&r, c.Waker()); err != nil; err = d.Submit(&r, c.Waker()) {
		if err != block.ErrFull {
			return "", err
		}
		c.Yield() // a completion makes room
	}
	c.Await(&r)
	return string(r.Buf[:4]), r.Err()
}

func ExampleRequest() {
	var disk memory
	copy(disk[3*block.SectorSize:], "root")
	var e sched.Executor
	var t task.Task[error]
	failed, err := sched.BlockOn(&e, &t, nil, coro.Func(func(c *coro.Ctx) error {
		name, err := readName(c, &disk, 3)
		fmt.Println(name, err)
		_, err = readName(c, &disk, 8)
		fmt.Println(err)
		return nil
	}))
	fmt.Println(failed, err)
	// Output:
	// root <nil>
	// block: beyond the last sector
	// <nil> <nil>
}

//go:build tamago

package devices

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtioblk"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

func init() { kernel.Register(kernel.Match{Virtio: virtio.TypeBlock}, startDisk) }

// A slot that has had a disk is used again when that is gone.
var disks [4]struct {
	device virtioblk.Device
	task   task.Task[task.None]
	waker  task.Waker
}

func startDisk(found *kernel.Device) (kernel.Driving, error) {
	for i := range disks {
		s := &disks[i]
		d := &s.device
		if d.Present() || kernel.IsDriven(d.Line) {
			continue
		}
		name := "vd" + string('a'+rune(i))
		if s.waker.Done() {
			s.waker = kernel.SpawnMethod(&sched.Normal, &s.task, name, d, (*virtioblk.Device).Poll)
		}
		line, err := found.Connect(name, s.waker)
		if err != nil {
			return kernel.Driving{}, err
		}
		d.Line, d.Owner = line, found.Owner()
		if err := d.Start(found.Virtio, name, s.waker); err != nil {
			return kernel.Driving{}, err
		}
		startTicks()
		kernel.AddDisk(d)
		return kernel.Driving{Name: name, Present: d.Present, Remove: d.Remove}, nil
	}
	return kernel.Driving{}, fmt.Errorf("%s: there are %d disks already, which is all that there is room for", found.Where, len(disks))
}

//go:build tamago

package devices

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtioblk"
	"github.com/tamagotake/tamagotake/kernel"
)

func init() { kernel.Register(kernel.Match{Virtio: virtio.TypeBlock}, startDisk) }

var disks [4]slot[virtioblk.Device]

func startDisk(found *kernel.Device) (kernel.Driving, error) {
	for i := range disks {
		s := &disks[i]
		d := &s.device
		if !s.isFree(d.Present()) {
			continue
		}
		name := "vd" + string('a'+rune(i))
		if err := s.connect(found, name, (*virtioblk.Device).Poll); err != nil {
			return kernel.Driving{}, err
		}
		d.Line, d.Owner = s.line, found.Owner()
		if err := d.Start(found.Virtio, name, s.waker); err != nil {
			return kernel.Driving{}, err
		}
		kernel.AddDisk(d)
		return kernel.Driving{Name: name, Present: d.Present, Remove: d.Remove}, nil
	}
	return kernel.Driving{}, fmt.Errorf("%s: there are %d disks already, which is all that there is room for", found.Where, len(disks))
}

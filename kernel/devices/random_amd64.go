//go:build tamago

package devices

import (
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtiorng"
	"github.com/tamagotake/tamagotake/kernel"
)

func init() { kernel.Register(kernel.Match{Virtio: virtio.TypeEntropy}, startRandom) }

var random slot[virtiorng.Device]

func startRandom(found *kernel.Device) (kernel.Driving, error) {
	const name = "rng"
	d := &random.device
	if !random.isFree(d.Present()) {
		return kernel.Driving{}, errTaken(found, "random device")
	}
	if err := random.connect(found, name, (*virtiorng.Device).Poll); err != nil {
		return kernel.Driving{}, err
	}
	d.Line, d.Owner = random.line, found.Owner()
	kernel.SetRandom(d.Reader())
	return kernel.Driving{Name: name, Present: d.Present, Remove: d.Remove}, d.Start(found.Virtio, random.waker)
}

//go:build tamago

package devices

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtiorng"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

func init() { kernel.Register(kernel.Match{Virtio: virtio.TypeEntropy}, startRandom) }

var random struct {
	device virtiorng.Device
	task   task.Task[task.None]
	waker  task.Waker
}

func startRandom(found *kernel.Device) (kernel.Driving, error) {
	d, name := &random.device, "rng"
	if d.Present() || kernel.IsDriven(d.Line) {
		return kernel.Driving{}, fmt.Errorf("%s: there is a random device already", found.Where)
	}
	if random.waker.Done() {
		random.waker = kernel.SpawnMethod(&sched.Normal, &random.task, name, d, (*virtiorng.Device).Poll)
	}
	line, err := found.Connect(name, random.waker)
	if err != nil {
		return kernel.Driving{}, err
	}
	d.Line, d.Owner = line, found.Owner()
	kernel.SetRandom(d)
	startTicks()
	return kernel.Driving{Name: name, Present: d.Present, Remove: d.Remove}, d.Start(found.Virtio, random.waker)
}

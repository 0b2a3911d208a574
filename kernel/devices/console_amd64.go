//go:build tamago

package devices

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtioconsole"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

func init() { kernel.Register(kernel.Match{Virtio: virtio.TypeConsole}, startConsole) }

var console struct {
	device virtioconsole.Port
	task   task.Task[task.None]
	waker  task.Waker
}

// startConsole drives a second console.
func startConsole(found *kernel.Device) (kernel.Driving, error) {
	d, name := &console.device, "hvc"
	if d.Present() || kernel.IsDriven(d.Line) {
		return kernel.Driving{}, fmt.Errorf("%s: there is a virtio console already", found.Where)
	}
	first := console.waker == task.Waker{}
	if console.waker.Done() {
		console.waker = kernel.SpawnMethod(&sched.Normal, &console.task, name, d, (*virtioconsole.Port).Poll)
	}
	line, err := found.Connect(name, console.waker)
	if err != nil {
		return kernel.Driving{}, err
	}
	d.Line, d.Owner = line, found.Owner()
	if err := d.Start(found.Virtio); err != nil {
		return kernel.Driving{}, err
	}
	startTicks()
	if first {
		kernel.AddConsole(kernel.Console{In: &d.Input, Out: output{d}})
	}
	return kernel.Driving{Name: name, Present: d.Present, Remove: d.Remove}, nil
}

// output is the way to the second console. What is printed to one that has been taken out is
// lost.
type output struct{ port *virtioconsole.Port }

func (o output) Write(w task.Waker, p []byte) int {
	n, err := o.port.Send(w, p)
	if err != nil {
		return len(p)
	}
	return n
}

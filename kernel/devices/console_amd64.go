//go:build tamago

package devices

import (
	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtioconsole"
	"github.com/tamagotake/tamagotake/kernel"
)

func init() { kernel.Register(kernel.Match{Virtio: virtio.TypeConsole}, startConsole) }

var (
	console          slot[virtioconsole.Port]
	consoleAnnounced bool // to the kernel, which wants to know once
)

// startConsole drives a second console.
func startConsole(found *kernel.Device) (kernel.Driving, error) {
	const name = "hvc"
	d := &console.device
	if !console.isFree(d.Present()) {
		return kernel.Driving{}, errTaken(found, "virtio console")
	}
	if err := console.connect(found, name, (*virtioconsole.Port).Poll); err != nil {
		return kernel.Driving{}, err
	}
	d.Line, d.Owner = console.line, found.Owner()
	if err := d.Start(found.Virtio); err != nil {
		return kernel.Driving{}, err
	}
	if !consoleAnnounced {
		consoleAnnounced = true
		kernel.AddConsole(kernel.Console{In: &d.Input, Out: output{d.Sender()}})
	}
	return kernel.Driving{Name: name, Present: d.Present, Remove: d.Remove}, nil
}

// output is the way to the second console. What is printed to one that has been taken out is
// lost.
type output struct{ virtioconsole.Sender }

func (o output) Write(p []byte) int {
	n, err := o.Send(p)
	if err != nil {
		return len(p)
	}
	return n
}

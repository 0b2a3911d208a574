//go:build tamago

package kernel

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/virtio"
	"github.com/tamagotake/tamagotake/drivers/virtioconsole"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// driveConsole drives a second console.
func driveConsole(t *virtio.Transport, e *driven) error {
	if hvc.Present() || isDriven(hvc.Line) {
		return fmt.Errorf("%s: there is a virtio console already", t.Name)
	}
	e.name = "hvc"
	first := hvcWaker == (task.Waker{})
	if hvcWaker.Done() {
		hvcWaker = SpawnMethod(&sched.Normal, &hvcTask, e.name, &hvc, (*virtioconsole.Port).Poll)
	}
	if err := e.connect(hvcWaker); err != nil {
		return err
	}
	hvc.Line, hvc.Owner = e.line, devicesOwner
	if err := hvc.Start(t); err != nil {
		return err
	}
	e.present, e.remove = hvc.Present, hvc.Remove
	if first {
		addConsole(Console{&hvc.Input, hvcOutput{}})
	}
	return nil
}

// hvcOutput is the way to the second console. What is printed to one that has been taken
// out is lost.
type hvcOutput struct{}

func (hvcOutput) Write(w task.Waker, p []byte) int {
	n, err := hvc.Send(w, p)
	if err != nil {
		return len(p)
	}
	return n
}

package kernel

import (
	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Console is a way to a person at a terminal.
type Console struct {
	In  *serial.Input
	Out Output
}

// Output takes text to print. Write takes as much of p as there is room for, and returns how much
// that was; it does not wait. Poll is Ready when there is room again.
type Output interface {
	Write(p []byte) (n int)
	Poll(cx *task.Context) task.Poll
}

// SystemConsole returns the console that the machine has by itself, to read it and to print. From then
// on os.Stdin has nothing, and a read of it is errors.ErrUnsupported: a console has one reader. One
// that waits already goes on waiting. Thread level.
func SystemConsole() (*serial.Input, *serial.Output) {
	consoleAsked = true
	return consoleInput(), consoleOutput()
}

var (
	consoles  []Console
	onConsole func(Console)
)

// OnConsole has f called for each further console, once, when it is there: at once for those that
// are. Thread level.
func OnConsole(f func(Console)) {
	onConsole = f
	for _, c := range consoles {
		f(c)
	}
}

// AddConsole makes a further console known. Thread level.
func AddConsole(c Console) {
	consoles = append(consoles, c)
	if onConsole != nil {
		onConsole(c)
	}
}

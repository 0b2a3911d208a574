package kernel

import (
	"fmt"
	"os"
)

// notify prints what happens beside the application.
var notify = toStdout

func toStdout(text string) { os.Stdout.WriteString(text) }

// Notify has what the kernel reports go to f: devices that come and go, tasks that have ended
// badly, interrupts of lines that are not registered. Each text is whole lines. f is called from tasks of
// the executor, and from Start. Without it, with nil, and where f panics, standard output has them.
// Thread level.
func Notify(f func(text string)) {
	if f == nil {
		f = toStdout
	}
	notify = f
}

// Report prints a text of whole lines as the kernel does: see [Notify]. From a task of the executor,
// or before [Run].
func Report(text string) {
	defer func() {
		if v := recover(); v != nil { // the reporter must not end by it: nothing would report that
			toStdout(fmt.Sprintf("%swhat Notify has the kernel call for this has panicked: %v\n", text, v))
		}
	}()
	notify(text)
}

func notice(format string, args ...any) { Report(fmt.Sprintf(format, args...)) }

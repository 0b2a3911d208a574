//go:build tamago

package kernel

import (
	"fmt"
	"os"
)

// notify prints what happens beside the application.
var notify = func(text string) { os.Stdout.WriteString(text) }

// Notify has what the kernel reports go to f: devices that come and go, tasks that have ended
// badly, interrupts that nobody has asked for. Each text is whole lines. f is called from tasks of
// the executor, and from Start. Without it the console has them. Thread level.
func Notify(f func(text string)) { notify = f }

// Report prints a text of whole lines as the kernel does: see [Notify]. From a task of the executor,
// or before [Run].
func Report(text string) { notify(text) }

func notice(format string, args ...any) { notify(fmt.Sprintf(format, args...)) }

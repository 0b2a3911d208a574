package shell

import (
	"strings"

	"github.com/tamagotake/tamagotake/rt/coro"
)

// commands is filled by init, since help refers to it.
var commands []Command

func init() {
	commands = []Command{
		{"help", "", "this list; Ctrl-C ends a command, or at an empty line the work beside it", (*Shell).help},
		{"tasks", "", "every task: id, name, state, polls, wakes", (*Shell).tasks},
		{"irqs", "", "every interrupt line: number, name, count, spurious", (*Shell).irqs},
		{"mem", "", "memory of the Go runtime", (*Shell).mem},
		{"uptime", "", "time since the machine was switched on; sleeps that have ended, halts", (*Shell).uptime},
		{"sleep", "TIME...", "a task for each TIME, such as 1.5s, 10ms or 700 (ns), that sleeps and says so", (*Shell).sleep},
		{"echo", "TEXT", "print TEXT", (*Shell).echo},
		{"print", "BYTES", "print a text of that many bytes, and its CRC-32", (*Shell).print},
		{"recv", "BYTES", "take the next BYTES as they are; print how many and their CRC-32; a Ctrl-C alone for a second ends it", (*Shell).receive},
		{"disk", "...", "block devices; NAME read, write, sum, flush ...: see disk help", (*Shell).disk},
		{"rng", "[BYTES]", "random bytes of the random device, 16 if not said", (*Shell).rng},
		{"unmask", "LINE", "let an interrupt line through, whether or not it is registered", (*Shell).unmask},
		{"uart", "", "the console's port: bytes, waits for room, errors", (*Shell).uart},
		{"date", "[DATE|sync]", "show the date, set it, or take it when the clock's next second begins", (*Shell).date},
		{"wdog", "[...]", "the watchdog: start SECONDS [NAME], feed, stop, hang masked|thread", (*Shell).wdog},
		{"timer", "NAME MS COUNT [BUSY]", "COUNT events of a hardware timer, every MS ms; none is taken for BUSY ms after the first", (*Shell).timer},
		{"load", "on|off", "a goroutine that allocates without end, to keep the collector busy", (*Shell).load},
		{"fault", "[TASK [HOW]]", "dereference nil in a task, or in rt, timer, uart, monitor; HOW: budget (a poll without end), always", (*Shell).fault},
		{"crash", "[after]", "dereference nil outside of any task; after 100 lines that have not been sent yet", (*Shell).crash},
		{"reboot", "", "restart the machine", (*Shell).reboot},
		{"halt", "", "switch the machine off", (*Shell).halt},
	}
	commands = append(commands, machineCommands...)
}

func (m *Shell) help(*coro.Ctx, string) error {
	for _, c := range commands {
		m.Printf("  %-12s %s\n", strings.TrimSpace(c.Name+" "+c.Args), c.Help)
	}
	return nil
}

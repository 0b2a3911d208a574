// Package shell is the monitor: a task for each console, at thread level, that reads lines and runs
// commands. An application adds commands of its own.
//
//	shell.Add(shell.Command{Name: "greet", Args: "NAME", Help: "greet NAME", Run: greet})
//	kernel.Start(kernel.Config{})
//	shell.Start()
//	kernel.Run()
//
// The shell is straight-line code, and so is a command, which runs as a task of its own while the
// shell waits for its end, or for a Ctrl-C:
//
//	shell's task                       command's task
//	------------                       --------------
//	read a line, spawn ------------->  Run(s, c, args)
//	await its end, or Ctrl-C             c.Sleep, c.Await ...     wait
//	     |       |                       s.Printf                 waits while the port takes nothing
//	     |       +----cancel---------->  deferred calls
//	     +<--------------------------  returns an error, or nil
//	prompt
//
// A command that panics ends with a line that says where; the shell goes on.
package shell

import (
	"strconv"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Shell is the monitor of one console. What is typed while a command runs is read after it.
type Shell struct {
	in     *serial.Input
	out    console.Writer
	editor console.Editor
	buf    [256]byte
	rest   []byte // of buf: read, and not looked at yet

	serving task.Waker             // the shell's task
	body    *coro.Ctx              // the body that prints: the shell's, or its command's
	command task.JoinHandle[error] // at work, the zero handle without
	slot    task.Task[error]       // its task
	raw     bool                   // the command reads the input itself, Ctrl-C included
	drains  bool                   // the command awaits room for what it has printed
	printed int                    // how often it has printed
	greeted bool                   // the first prompt was printed
	broken  bool                   // see the fault command

	asleep     []task.Waker // of the sleep command; some are over
	asleepMost int          // when to look which

	request block.Request // of the disk command
	buffer  []byte
}

// system is the shell of the machine's own console.
var system Shell

var systemTask task.Task[task.None]

// Start starts a shell on the machine's console, and one on each further console that is found.
// The first also prints what the kernel reports, and is started again if it fails. After
// [kernel.Start], once.
func Start() {
	in, out := kernel.SystemConsole()
	system.in, system.out.Out = in, out
	kernel.Notify(report)
	kernel.Essential("monitor", func() (task.JoinHandle[task.None], error) {
		system.restart()
		return system.spawn("monitor", &systemTask)
	})
	others := 0
	kernel.OnConsole(func(c kernel.Console) {
		others++
		s := &Shell{in: c.In, out: console.Writer{Out: c.Out}}
		if j, err := s.spawn("monitor"+strconv.Itoa(1+others), new(task.Task[task.None])); err == nil {
			j.Detach()
		}
	})
	if boardStart != nil {
		boardStart()
	}
}

// boardStart starts what only one board has; a file with its tag sets it.
var boardStart func()

func (m *Shell) spawn(name string, t *task.Task[task.None]) (task.JoinHandle[task.None], error) {
	return sched.Spawn(kernel.Executor(), t, task.Named(name), coro.Func(m.serve))
}

// restart is what the first monitor's task begins with when the one before has failed: what was
// under way is given up.
func (m *Shell) restart() {
	m.command.Cancel()
	m.command.Detach()
	m.command = task.JoinHandle[error]{}
	m.rest, m.raw, m.drains, m.broken = nil, false, false, false
	m.editor = console.Editor{}
}

// serve is the shell's task. It yields after each command and each piece of input, so that neither
// a paste nor a long list of commands keeps the other tasks waiting.
func (m *Shell) serve(c *coro.Ctx) (none task.None) {
	m.serving, m.body = c.Waker(), c
	if !m.greeted {
		m.greeted = true
		m.greet()
	}
	m.prompt()
	for {
		c.AwaitFunc(m.typed)
		m.take(c)
		c.Yield()
	}
}

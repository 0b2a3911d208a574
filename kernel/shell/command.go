package shell

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/kernel/shell/console"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Command is one word that the shell knows.
type Command struct {
	Name string
	Args string // what follows, for help; nothing may if this is empty
	Help string // one line

	// Run is given the text behind the word, without the spaces around. It is the body of a
	// straight-line task: it waits by c, as package coro says, and prints by s. The shell prints
	// its error, if it returns one, and reads the next line when it has returned. Ctrl-C cancels
	// it: the await under way does not return, and its deferred calls run.
	Run func(s *Shell, c *coro.Ctx, args string) error
}

// Add adds commands to those that every shell has. One with a name that is there already takes
// its place. Before [Start].
func Add(list ...Command) {
	for _, c := range list {
		if i := slices.IndexFunc(commands, func(o Command) bool { return o.Name == c.Name }); i >= 0 {
			commands[i] = c
			continue
		}
		commands = append(commands, c)
	}
}

// execute runs one line.
func (m *Shell) execute(c *coro.Ctx, text string) {
	name, args := console.Split(text)
	if name == "" {
		return
	}
	i := slices.IndexFunc(commands, func(o Command) bool { return o.Name == name })
	switch {
	case i < 0:
		m.Printf("unknown command %q: try help\n", name)
	case commands[i].Args == "" && args != "":
		m.Printf("%s takes no arguments, not %q\n", name, args)
	default:
		m.run(c, &commands[i], args)
	}
}

// run runs a command, to its end or to a Ctrl-C.
func (m *Shell) run(c *coro.Ctx, command *Command, args string) {
	j, err := sched.Spawn(kernel.Executor(), &m.slot, &task.Metadata{Name: command.Name, Kind: "command"}, coro.Func(func(own *coro.Ctx) error {
		m.body = own
		return command.Run(m, own, args)
	}))
	if err != nil { // a restarted shell's, while the command before it has not ended
		m.Printf("%s: %v\n", command.Name, err)
		return
	}
	m.command = j
	isStopped := false
	c.AwaitFunc(func(cx *task.Context) task.Poll {
		if !m.drains {
			m.out.Poll(cx) // notices; what the command prints it waits for itself
		}
		if !isStopped && !m.raw && m.isInterrupted(cx) {
			isStopped = j.Cancel()
		}
		return j.Poll(cx)
	})
	failed, err := j.Take()
	m.command, m.body = task.JoinHandle[error]{}, c
	var p *task.PanicError
	switch {
	case errors.Is(err, task.ErrCancelled):
		m.Printf("^C\n")
	case errors.As(err, &p):
		function, place := p.Where()
		m.Printf("%v, in %s, %s\n", p, function, place)
	case err != nil:
		m.Printf("%v\n", err)
	case failed != nil:
		m.Printf("%v\n", failed)
	}
}

const ctrlC = 0x03

// isInterrupted looks for a Ctrl-C in what was typed ahead of the end of the command. What was
// typed before it is dropped with it. The task is woken when more is typed.
func (m *Shell) isInterrupted(cx *task.Context) bool {
	m.in.Poll(cx)
	if i := bytes.IndexByte(m.rest, ctrlC); i >= 0 {
		m.rest = m.rest[i+1:]
		return true
	}
	if m.in.Seek(ctrlC) {
		m.rest = nil
		return true
	}
	return false
}

// linesMost is how often a command prints before the other tasks have their turn.
const linesMost = 8

// Printf prints, as [Shell.Write] does.
func (m *Shell) Printf(format string, args ...any) { fmt.Fprintf(m, format, args...) }

// Write prints p. It takes all of it, and waits until that is on its way if the port has no room:
// from the command's Run, on its goroutine.
func (m *Shell) Write(p []byte) (int, error) {
	m.out.Write(p)
	m.printed++
	if m.out.Kept() > 0 {
		m.drain()
	} else if m.printed%linesMost == 0 {
		m.body.Yield()
	}
	return len(p), nil
}

// drain waits until all that was printed is on its way. One task waits for a port: see run.
func (m *Shell) drain() {
	m.drains = true
	defer func() { m.drains = false }()
	m.body.Await(&m.out)
}

//go:build tamago

package main

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/tamagotake/tamagotake/qemu/images/check"
)

// process: the kernel is process 1, and what would take another one is not supported, in the
// words of package errors.
func process() {
	check.Report(os.Getpid() == 1 && os.Getppid() == 0 && syscall.Gettid() == 1, "process %d, parent %d, thread %d", os.Getpid(), os.Getppid(), syscall.Gettid())
	check.Report(os.Getuid() == 0, "user %d", os.Getuid())

	_, err := os.StartProcess("/bin/true", []string{"true"}, &os.ProcAttr{})
	check.Report(errors.Is(err, errors.ErrUnsupported), "start of a process: %v", err)
	err = exec.Command("/bin/true").Run()
	check.Report(err != nil, "command: %v", err)
	err = syscall.Kill(1, syscall.SIGTERM)
	check.Report(errors.Is(err, errors.ErrUnsupported), "signal: %v", err)
	_, _, err = os.Pipe()
	check.Report(errors.Is(err, errors.ErrUnsupported), "pipe: %v", err)
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
}

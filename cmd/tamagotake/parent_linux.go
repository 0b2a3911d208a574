package main

import "syscall"

// endsWithParent has the kernel end a process when the thread that has started it ends.
func endsWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

//go:build !linux

package main

import "syscall"

// endsWithParent has no means here: a tool that is killed leaves the machine.
func endsWithParent() *syscall.SysProcAttr { return nil }

//go:build tamago

package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/tamagotake/tamagotake/qemu/images/check"
)

// thread has each misuse done by a goroutine that has asked for a panic.
func thread() {
	for _, m := range misuses {
		err := try(m.do)
		addr, known := uintptr(0), false
		if a, ok := err.(interface{ Addr() uintptr }); ok {
			addr, known = a.Addr(), true
		}
		ok := err != nil
		switch {
		case m.nil:
			ok = ok && !known && strings.Contains(err.Error(), "nil pointer dereference")
		case m.addr != nil:
			ok = ok && known && addr == m.addr()
		default:
			ok = ok && known
		}
		check.Report(ok, "thread, %s: %v, address 0x%x", m.name, err, addr)
	}
}

// try returns the panic of do as an error.
func try(do func()) (err runtime.Error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			e, ok := v.(runtime.Error)
			if !ok {
				panic(fmt.Sprint("another panic: ", v))
			}
			err = e
		}
	}()
	do()
	return nil
}

//go:build tamago

package shell

import (
	"runtime"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/platform"
)

// What only a machine's runtime tells.

func (m *Shell) mem(*coro.Ctx, string) error {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	start, end := runtime.MemRegion()
	dataStart, dataEnd := runtime.DataRegion()
	const kib = 1024
	m.Printf("memory  %8d KiB of the machine\n", (end-start)/kib)
	m.Printf("static  %8d KiB of variables\n", (dataEnd-dataStart)/kib)
	m.Printf("runtime %8d KiB taken from the machine\n", s.Sys/kib)
	m.Printf("heap    %8d KiB in use, %d objects\n", s.HeapAlloc/kib, s.HeapObjects)
	m.Printf("mallocs %8d, frees %d, collections %d\n", s.Mallocs, s.Frees, s.NumGC)
	return nil
}

func (m *Shell) uptime(*coro.Ctx, string) error {
	m.Printf("%s, %d sleeps, %d halts\n", time.Duration(platform.Now()).Truncate(time.Millisecond), kernel.SleepsEnded(), platform.Halts())
	return nil
}

package qemu

import (
	"testing"
)

// A slow processor is slow and not dead: where an instruction takes half a microsecond or a
// whole one, and the way through an interrupt as long as a try at preemption is away, commands
// are answered, also beside a goroutine that keeps the collector busy.
func TestSlowProcessor(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{Q35, EVK} {
		for _, shift := range []string{"9", "10"} {
			t.Run(m.Name+"_"+shift, func(t *testing.T) {
				t.Parallel()
				c := boot(t, m.With("-icount", "shift="+shift+",sleep=off"))
				for range 3 {
					if got := c.run("echo alive"); got != "alive\n" {
						t.Errorf("%q", got)
					}
				}
				c.send("sleep 10ms") // it may be over before the command is, and the prompt there
				c.wait(`\nslept 10ms, \S+ late\r\n`+prompt, timeout)
				c.run("load on")
				if got := c.run("echo under load"); got != "under load\n" {
					t.Errorf("%q", got)
				}
				c.send("sleep 10ms") // it may be over before the command is, and the prompt there
				c.wait(`\nslept 10ms, \S+ late\r\n`+prompt, timeout)
			})
		}
	}
}

package qemu

import (
	"fmt"
	"strings"
	"testing"
)

// pads is the outside of the pins: it moves them through qtest.
type pads struct {
	*testing.T
	q *qtest
}

func bootGPIO(t *testing.T) (console, pads) {
	q, args := newQtest(t)
	c := boot(t, EVK.With(args...))
	q.accept(t)
	return c, pads{t, q}
}

// set moves a pad; QEMU counts the banks from 0.
func (p pads) set(bank, pin, level int) {
	p.Helper()
	p.q.do(p.T, fmt.Sprintf("set_irq_in /machine/soc/gpio%d unnamed-gpio-in %d %d", bank-1, pin, level))
}

func TestGPIORead(t *testing.T) {
	t.Parallel()
	c, p := bootGPIO(t)
	for _, x := range []struct {
		level int
		want  string
	}{{0, "low"}, {1, "high"}, {0, "low"}} {
		p.set(4, 21, x.level)
		if got := c.run("gpio read 4.21"); got != "gpio4.21, input: "+x.want+"\n" {
			t.Errorf("pad at %d: %q", x.level, got)
		}
	}
	c.run("gpio write 4.22 1")
	if got := c.run("gpio read GPIO4_IO22"); got != "gpio4.22, output: high\n" {
		t.Errorf("%q", got)
	}
	c.run("gpio write 4.22 0")
	if got := c.run("gpio"); !strings.Contains(got, "gpio4.22  output  low   off             0        0\n") {
		t.Errorf("%s", got)
	}
}

// Edges on three pins of a bank, each told once and one interrupt. QEMU's board has all
// pins of a bank on the first line; on the chip it would be pin 21 on the second.
func TestGPIOEdges(t *testing.T) {
	t.Parallel()
	c, p := bootGPIO(t)
	for _, command := range []string{"gpio watch 4.21 rising", "gpio watch 4.3 falling", "gpio watch 4.4 both"} {
		if got := c.run(command); got != "" {
			t.Fatalf("%s: %s", command, got)
		}
	}
	const edges = 20
	for n := range edges {
		p.set(4, 21, 1)
		c.wait(fmt.Sprintf(`\ngpio4.21: 1 rising, %d in all\r\n`+prompt, n+1), timeout)
		p.set(4, 3, 1)
		p.set(4, 3, 0)
		c.wait(fmt.Sprintf(`\ngpio4.3: 1 falling, %d in all\r\n`+prompt, n+1), timeout)
		p.set(4, 4, 1-n%2)
		c.wait(fmt.Sprintf(`\ngpio4.4: 1 both, %d in all\r\n`+prompt, n+1), timeout)
		p.set(4, 21, 0)
	}
	if got := c.irqs()["gpio4-low"]; got != 3*edges {
		t.Errorf("%d interrupts for %d edges", got, 3*edges)
	}
	c.run("gpio unwatch 4.21")
	p.set(4, 21, 1)
	if got := c.run("gpio"); strings.Contains(got, "gpio4.21  input   high  rising") {
		t.Errorf("still watched:\n%s", got)
	}
	if got := c.irqs()["gpio4-low"]; got != 3*edges {
		t.Errorf("%d interrupts for %d edges: one after the pin was released", got, 3*edges)
	}
}

// A line that is held from outside, with no pin's status set, would interrupt without end;
// the console and the other line go on.
func TestGPIOStuckLine(t *testing.T) {
	t.Parallel()
	c, p := bootGPIO(t)
	c.run("gpio watch 4.3 rising")
	const spi = 66 + 2*3 + 1 // gpio4-high
	p.q.do(t, fmt.Sprintf("set_irq_in /machine/soc/a7mpcore unnamed-gpio-in %d 1", spi))
	for n := c.irqs()["gpio4-high"]; ; {
		after := c.irqs()["gpio4-high"]
		if after > n && n > 1000 {
			break // it is a storm
		}
		n = after
	}
	p.set(4, 3, 1)
	c.wait(`\ngpio4.3: 1 rising, 1 in all\r\n`+prompt, timeout)
	if got := c.run("echo alive"); got != "alive\n" {
		t.Errorf("%q", got)
	}
}

func TestGPIOBadInput(t *testing.T) {
	t.Parallel()
	c := boot(t, EVK)
	for _, command := range []string{"gpio read", "gpio read 4", "gpio read 0.1", "gpio read 4.32", "gpio write 4.1", "gpio write 4.1 2",
		"gpio write 4.1 1 1", "gpio watch 4.1", "gpio watch 4.1 high", "gpio watch 4.1 sometimes", "gpio erase 4.1"} {
		if got := c.run(command); !strings.HasPrefix(got, "gpio") || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: %q", command, got)
		}
	}
	for n := range 8 {
		c.run(fmt.Sprintf("gpio watch 2.%d both", n))
	}
	for command, want := range map[string]string{
		"gpio watch 2.9 both":  "gpio: 8 pins are watched already: unwatch one\n",
		"gpio write 2.0 1":     "gpio: gpio2.0: in use: it has a listener\n",
		"gpio watch 2.0 reins": "gpio watch wants rising, falling or both, not \"reins\"\n",
	} {
		if got := c.run(command); got != want {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
	}
}

package docs_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var draw = flag.Bool("draw", false, "write levels.svg")

// TestLevels draws the picture of the README from what is below; the file must be what it draws.
// `go test ./docs -run TestLevels -draw` writes it.
func TestLevels(t *testing.T) {
	const file = "levels.svg"
	want := levels()
	if *draw {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("%s is not what levels_test.go draws (%v): go test ./docs -run TestLevels -draw", file, err)
	}
}

// picture collects the elements of an SVG file.
type picture struct{ strings.Builder }

func (p *picture) box(x, y, w, h int, fill, title string, lines ...string) {
	fmt.Fprintf(p, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="%s" stroke="#333"/>`+"\n", x, y, w, h, fill)
	fmt.Fprintf(p, `<text x="%d" y="%d" font-weight="bold">%s</text>`+"\n", x+12, y+22, title)
	for i, l := range lines {
		fmt.Fprintf(p, `<text x="%d" y="%d">%s</text>`+"\n", x+12, y+42+18*i, l)
	}
}

// arrow goes from a point to another, straight, with a text beside its middle.
func (p *picture) arrow(x1, y1, x2, y2, textX, textY int, text string) {
	fmt.Fprintf(p, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#333" stroke-width="1.5" marker-end="url(#head)"/>`+"\n", x1, y1, x2, y2)
	if text != "" {
		fmt.Fprintf(p, `<text x="%d" y="%d" font-style="italic">%s</text>`+"\n", textX, textY, text)
	}
}

func levels() string {
	p := new(picture)
	fmt.Fprintln(p, `<svg xmlns="http://www.w3.org/2000/svg" width="780" height="396" viewBox="0 0 780 396" font-family="sans-serif" font-size="13" fill="#111">
<defs><marker id="head" markerWidth="9" markerHeight="7" refX="8" refY="3.5" orient="auto"><path d="M0,0 L9,3.5 L0,7 z" fill="#333"/></marker></defs>
<rect width="780" height="396" fill="#fff"/>`)
	p.box(16, 16, 150, 84, "#eee", "device", "interrupts by", "its line")
	p.box(250, 16, 514, 84, "#fbe3d6", "interrupt entry",
		"acknowledge, count, wake the line's task: no code of a driver",
		"interrupts masked, a static stack")
	p.box(250, 146, 514, 102, "#fdf3d0", "real-time executor",
		"polls real-time tasks: timer, UART, disks, yours",
		"interrupts on, a static stack; no heap, no Go runtime:",
		"proved on the linked image")
	p.box(250, 294, 250, 86, "#dcebf7", "thread executor",
		"one goroutine; polls thread", "tasks: straight-line, shell")
	p.box(514, 294, 250, 86, "#dcebf7", "goroutines, collector",
		"ordinary Go, on the stock", "runtime")
	p.arrow(166, 58, 248, 58, 178, 50, "interrupt")
	p.arrow(375, 100, 375, 144, 385, 128, "80 instructions to the task on amd64, 92 on ARM")
	p.arrow(375, 248, 375, 292, 385, 276, "wake")
	p.arrow(639, 248, 639, 292, 649, 276, "preempts")
	p.box(16, 146, 150, 102, "#eee", "timer", "one, for sleeps,", "the Go scheduler", "and budgets")
	p.arrow(91, 146, 248, 88, 0, 0, "")
	fmt.Fprintln(p, `<text x="16" y="300" font-weight="bold">below the runtime</text>
<text x="16" y="320">what is yellow or red</text>
<text x="16" y="346" font-weight="bold">thread level</text>
<text x="16" y="366">what is blue: all of Go</text>
</svg>`)
	return p.String()
}

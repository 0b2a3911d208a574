package console

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tamagotake/drivers/serial"
)

// However much is written and however slowly it is taken, all of it comes out, in order,
// with CR LF for LF.
func TestWriter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var out serial.Output
		w := Writer{Out: &out}
		var want, got strings.Builder
		take := func(n int) {
			for range n {
				c, ok := out.Pop()
				if !ok {
					return
				}
				got.WriteByte(c)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				text := strings.Repeat(rapid.SampledFrom([]string{"a", "\n", "line\n", "no end"}).Draw(t, "text"),
					rapid.IntRange(0, 3000).Draw(t, "times"))
				if n, err := w.Write([]byte(text)); n != len(text) || err != nil {
					t.Fatalf("%d, %v", n, err)
				}
				want.WriteString(strings.ReplaceAll(text, "\n", "\r\n"))
			},
			"take": func(t *rapid.T) { take(rapid.IntRange(0, 5000).Draw(t, "n")) },
			"":     func(t *rapid.T) { w.Flush() },
		})
		for !w.Flush() {
			take(1000)
		}
		take(1 << 20)
		if got.String() != want.String() {
			t.Fatalf("%d bytes came out of %d, or others", got.Len(), want.Len())
		}
	})
}

// What is on its way takes no memory.
func TestWriterForgets(t *testing.T) {
	var out serial.Output
	w := Writer{Out: &out}
	text := []byte("some text\n")
	w.Write(text)
	if n := testing.AllocsPerRun(100, func() {
		w.Write(text)
		for {
			if _, ok := out.Pop(); !ok {
				break
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

package console

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/rt/task"
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

// slow is a port that takes so many bytes at a time, and counts what it is offered.
type slow struct {
	room    int
	offered int
	got     strings.Builder
}

func (s *slow) Write(p []byte) int {
	s.offered += len(p)
	n := min(s.room, len(p))
	s.got.Write(p[:n])
	s.room -= n
	return n
}

func (s *slow) Poll(*task.Context) task.Poll { return task.Pending }

// What much text costs grows with its length: a port without room is not asked for each line,
// and what is kept is not moved for each piece that is taken.
func TestWriterCost(t *testing.T) {
	const lines = 20_000
	var out slow
	w := Writer{Out: &out}
	for range lines {
		w.Write([]byte("a line of the tasks command\n"))
	}
	if all := w.Kept(); out.offered > 2*all {
		t.Errorf("%d bytes were offered of %d", out.offered, all)
	}
	turns := 0
	for done := false; !done; turns++ {
		out.room = 512
		done = w.Flush()
	}
	if out.got.Len() != lines*29 || turns > lines {
		t.Errorf("%d bytes came out, in %d turns", out.got.Len(), turns)
	}
}

// Texts that nothing waits for are bounded, and who reads is told what is missing.
func TestWriterBounded(t *testing.T) {
	var out slow
	w := Writer{Out: &out}
	text := []byte(strings.Repeat("x", 1000) + "\n")
	n := 0
	for ; w.Kept() <= KeptMost; n++ {
		w.Notice(text)
	}
	for range 5 {
		w.Notice(text)
	}
	if w.Kept() > KeptMost+2000 {
		t.Errorf("%d bytes are kept", w.Kept())
	}
	out.room = 2 * KeptMost
	if !w.Flush() || !strings.HasSuffix(out.got.String(), "\n5 messages were lost: the console took nothing\r\n") {
		t.Errorf("%q", out.got.String()[out.got.Len()-100:])
	}
	w.Notice([]byte("again"))
	if !strings.HasSuffix(out.got.String(), "\nagain") {
		t.Error("later messages are lost as well")
	}
}

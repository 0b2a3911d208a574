package console

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
)

// typed feeds s and returns what was echoed and the lines that came out, each with
// its event.
func typed(e *Editor, s string) (echo string, lines []string) {
	var b strings.Builder
	for i := range len(s) {
		out, ev := e.Feed(s[i])
		b.Write(out)
		switch ev {
		case Line:
			lines = append(lines, string(e.Text()))
		case Cancel:
			lines = append(lines, "<cancel>")
		case Long:
			lines = append(lines, "<long>")
		}
	}
	return b.String(), lines
}

func TestEditor(t *testing.T) {
	for _, c := range []struct {
		name, in, echo string
		lines          []string
	}{
		{"plain", "help\r", "help\n", []string{"help"}},
		{"line feed", "help\n", "help\n", []string{"help"}},
		{"both", "a\r\nb\r\n", "a\nb\n", []string{"a", "b"}},
		{"empty lines", "\r\r\n\n", "\n\n\n", []string{"", "", ""}},
		{"backspace", "helx\x7fp\r", "helx\b \bp\n", []string{"help"}},
		{"backspace at the start", "\b\x7fa\r", "a\n", []string{"a"}},
		{"backspace over two bytes", "é\x7fe\r", "é\b \be\n", []string{"e"}},
		{"kill", "ab\x15c\r", "ab\b \b\b \bc\n", []string{"c"}},
		{"cancel", "ab\x03c\r", "ab^C\nc\n", []string{"<cancel>", "c"}},
		{"arrow keys", "a\x1b[Ab\x1bOB\x1b[1;5Cc\r", "abc\n", []string{"abc"}},
		{"broken sequence", "a\x1b[\rb\r", "a\nb\n", []string{"a", "b"}},
		{"control characters", "a\x00\x07\x1fb\r", "ab\n", []string{"ab"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			echo, lines := typed(new(Editor), c.in)
			if echo != c.echo || strings.Join(lines, "|") != strings.Join(c.lines, "|") || len(lines) != len(c.lines) {
				t.Errorf("echo %q lines %q, want %q %q", echo, lines, c.echo, c.lines)
			}
		})
	}
}

// The arrow keys bring back the lines before, up to HistoryMost.
func TestHistory(t *testing.T) {
	const up, down = "\x1b[A", "\x1bOB"
	for _, c := range []struct {
		name, in string
		want     string // the last line
	}{
		{"the one before", "one\rtwo\r" + up + "\r", "two"},
		{"and before that", "one\rtwo\r" + up + up + "\r", "one"},
		{"not further", "one\rtwo\r" + up + up + up + "\r", "one"},
		{"and back", "one\rtwo\r" + up + up + down + "\r", "two"},
		{"back to an empty one", "one\r" + up + down + "new\r", "new"},
		{"not further down", "one\r" + down + "new\r", "new"},
		{"what was typed is replaced", "one\rxyz" + up + "!\r", "one!"},
		{"a recalled line can be edited", "one\r" + up + "\x7fx\r", "onx"},
		{"the same line is there once", "one\rtwo\rtwo\r" + up + up + "\r", "one"},
		{"empty lines are not", "one\r\r\r" + up + "\r", "one"},
		{"nor is one that was given up", "one\rtwo\x03" + up + "\r", "one"},
		{"with a parameter it is another key", "one\r\x1b[1;5Ax\r", "x"},
	} {
		if _, lines := typed(new(Editor), c.in); lines[len(lines)-1] != c.want {
			t.Errorf("%s: %q", c.name, lines)
		}
	}
	var e Editor
	for i := range 2 * HistoryMost {
		typed(&e, strconv.Itoa(i)+"\r")
	}
	if _, lines := typed(&e, strings.Repeat(up, 3*HistoryMost)+"\r"); lines[0] != strconv.Itoa(HistoryMost) {
		t.Errorf("the oldest is %q", lines)
	}
}

func TestLongLine(t *testing.T) {
	var e Editor
	full := strings.Repeat("x", LineMax)
	if _, lines := typed(&e, full+"\r"); len(lines) != 1 || lines[0] != full {
		t.Errorf("a line of LineMax bytes came out as %q", lines)
	}
	if _, lines := typed(&e, full+"y\rok\r"); len(lines) != 2 || lines[0] != "<long>" || lines[1] != "ok" {
		t.Errorf("a longer line and the next came out as %q", lines)
	}
}

// Whatever comes in, the line stays within its bounds, ends when it should, and
// holds nothing that a terminal would take for a command.
func FuzzEditor(f *testing.F) {
	f.Add([]byte("help\r\n"))
	f.Add([]byte("one\r\x1b[A\x1b[A\x1b[B\r"))
	f.Add([]byte("\x1b[A\x15\x7f\xff\xfe\r"))
	f.Add(bytes.Repeat([]byte{0xc3, 0x7f}, 300))
	f.Fuzz(func(t *testing.T, in []byte) {
		var e Editor
		for _, c := range in {
			_, ev := e.Feed(c)
			if ev == None && c == 0x03 {
				t.Fatal("Ctrl-C was swallowed")
			}
			for _, b := range e.Text() {
				if b < ' ' || b == del {
					t.Fatalf("control character %#x in the line", b)
				}
			}
		}
		if _, ev := e.Feed('\x03'); ev != Cancel {
			t.Fatal("Ctrl-C did not give the line up")
		}
		typed(&e, "ok")
		if _, ev := e.Feed('\r'); ev != Line || string(e.Text()) != "ok" {
			t.Fatalf("after that, a line came out as %v %q", ev, e.Text())
		}
	})
}

// What has been typed of a line can be shown again; a line that is over is not one.
func TestTyped(t *testing.T) {
	var e Editor
	for _, step := range []struct{ in, want string }{
		{"ec", "ec"}, {"ho x\x7f", "echo "}, {"\r", ""}, {"a", "a"}, {"\x03", ""}, {"b\x15", ""}, {strings.Repeat("y", LineMax+9), strings.Repeat("y", LineMax)},
	} {
		if typed(&e, step.in); string(e.Typed()) != step.want {
			t.Errorf("after %q: %q", step.in, e.Typed())
		}
	}
}

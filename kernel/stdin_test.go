//go:build !tamago

package kernel

import "testing"

// What a program reads of what is typed, and what is shown of it.
func TestLines(t *testing.T) {
	for _, c := range []struct{ typed, want, echo string }{
		{"one\rtwo\r", "one\ntwo\n", "one\ntwo\n"},
		{"one\r\ntwo\n\n", "one\ntwo\n\n", "one\ntwo\n\n"},
		{"unfinished", "", "unfinished"},
		{"hellp\x7fo\r", "hello\n", "hellp\b \bo\n"},
		{"\bé\bx\r", "x\n", "é\b \bx\n"},
		{"ab\x15c\r", "c\n", "ab\b \b\b \bc\n"},
		{"ab\x04", "ab", "ab"},
		{"a\r\x04", "a\n", "a\n"},
	} {
		var l lines
		echo := ""
		for _, b := range []byte(c.typed) {
			echo += l.take(b)
		}
		got, p := "", make([]byte, 2)
		for {
			n, ended := l.read(p)
			if got += string(p[:n]); n == 0 {
				if want := c.typed == "a\r\x04"; ended != want {
					t.Errorf("%q: ended %v", c.typed, ended)
				}
				break
			}
		}
		if _, again := l.read(p); again {
			t.Errorf("%q: ended twice", c.typed)
		}
		if got != c.want || echo != c.echo {
			t.Errorf("%q: %q, and %q is shown, want %q and %q", c.typed, got, echo, c.want, c.echo)
		}
	}
	var l lines
	for range lineMost {
		l.take('x')
	}
	if n, _ := l.read(make([]byte, 2*lineMost)); n != lineMost {
		t.Errorf("of a line that does not end %d bytes are ready", n)
	}
}

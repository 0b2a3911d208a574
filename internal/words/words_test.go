package words

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{"  ", nil},
		{"-m 32M", []string{"-m", "32M"}},
		{"\t-drive  'file=a b,if=none'\n", []string{"-drive", "file=a b,if=none"}},
		{`-append "it's" ''`, []string{"-append", "it's", ""}},
		{`a'b c'"d e"f`, []string{"ab cd ef"}},
		{"a\x00 '\x00'", []string{"a\x00", "\x00"}},
	} {
		if got, err := Split(c.line); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, %v, want %q", c.line, got, err, c.want)
		}
	}
	if _, err := Split("a 'b"); err == nil {
		t.Error("an open quote is no error")
	}
}

func TestJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.StringOf(rapid.SampledFrom([]rune("a \t'\"=-é\n")))).Draw(t, "words")
		got, err := Split(Join(list))
		if err != nil || !slices.Equal(got, list) && len(got)+len(list) > 0 {
			t.Fatalf("%q becomes %q, and that %q, %v", list, Join(list), got, err)
		}
	})
}

package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/internal/bootconfig"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	const text = "# The board.\r\n\nLOG=verbose # more\n\tTITLE=\"kitchen, 'left'\"\nCOLOR=#fff\nEMPTY=\n-v 'fa st' # and\n  x=1.5=y\nurl http://x/?a=b D=2 ''#no\n'#' \"\"\n"
	c, err := Parse("x", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	settings := []bootconfig.Setting{{Name: "LOG", Value: "verbose"}, {Name: "TITLE", Value: "kitchen, 'left'"}, {Name: "COLOR", Value: "#fff"}, {Name: "EMPTY"}, {Name: "x", Value: "1.5=y"}}
	arguments := []string{"-v", "fa st", "url", "http://x/?a=b", "D=2", "#no", "#", ""}
	if !slices.Equal(c.Settings, settings) || !slices.Equal(c.Arguments, arguments) {
		t.Errorf("%q\n%q", c.Settings, c.Arguments)
	}
	for text, want := range map[string]string{
		"A=1\nB=a b\n":                 "x.conf:2: B=: a setting has a line of its own; quotes keep spaces in its value",
		"A=1\n\nA=2":                   "x.conf:3: A= a second time",
		"a 'b\nc'":                     "x.conf:1: a quote ' is not closed",
		"# it's\nA='#":                 "x.conf:2: a quote ' is not closed",
		"'a\tb'":                       `x.conf:1: "a\tb": byte 1: "\t" cannot be printed`,
		"\ufeffA=1":                    `x.conf:1: "\ufeffA=1": byte 0: "\ufeff" cannot be printed`,
		"\x00":                         `x.conf:1: "\x00": byte 0: "\x00" cannot be printed`,
		"A=\xff":                       "x.conf:1: not UTF-8",
		strings.Repeat("12345\n", 999): "x.conf: the configuration cannot be used: 5993 bytes: at most 4095 are possible",
	} {
		if _, err := Parse("x.conf", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
}

func TestOverride(t *testing.T) {
	c, err := Parse("", []byte("A=1\nB=2\none\n"))
	if err != nil {
		t.Fatal(err)
	}
	line := func(want string) {
		t.Helper()
		if got, err := c.Line(); got != want || err != nil {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
	c.Override([]string{"B=3", "C=4 5", "x", "A=2"})
	line("A=1 B=3 'C=4 5' x A=2")
	if !c.Unset("B") || c.Unset("B") {
		t.Error("B")
	}
	c.Override([]string{"C="})
	line("A=1 C= x A=2")
	c.Override([]string{""})
	line("A=1 C= ''")
}

func draw(t *rapid.T) *Config {
	word := rapid.StringOf(rapid.SampledFrom([]rune("ab1 '\"=-#é.")))
	c := &Config{}
	c.Override(rapid.SliceOf(word).Draw(t, "words"))
	name := rapid.StringMatching("[a-c]{1,2}")
	for range rapid.IntRange(0, 5).Draw(t, "settings") {
		c.Set(bootconfig.Setting{Name: name.Draw(t, "name"), Value: word.Draw(t, "value")})
	}
	return c
}

func equal(a, b *Config) bool {
	return slices.Equal(a.Settings, b.Settings) && slices.Equal(a.Arguments, b.Arguments)
}

// What is shown is a file that means the same, and so does the line.
func TestString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := draw(t)
		if got, err := Parse("", []byte(c.String())); err != nil || !equal(got, c) {
			t.Fatalf("%q becomes %q, and that %q, %v", *c, c.String(), got, err)
		}
		line, err := c.Line()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseLine(line); err != nil || !equal(got, c) {
			t.Fatalf("%q becomes %q, and that %q, %v", *c, line, got, err)
		}
	})
}

// A file is refused in one line, or is a configuration that survives the way to the kernel and back.
func FuzzParse(f *testing.F) {
	f.Add("A=1 # x\n'b c' \"\"\n")
	f.Add("#\n''#x y=z\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("x", []byte(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q", err)
			}
			return
		}
		again, err := Parse("x", []byte(c.String()))
		if err != nil || !equal(again, c) {
			t.Errorf("%q, %q, %v", *c, again, err)
		}
		line, err := c.Line()
		if err != nil {
			t.Fatal(err)
		}
		settings, arguments, err := bootconfig.Split(line)
		if err != nil || !slices.Equal(settings, c.Settings) || !slices.Equal(arguments, c.Arguments) {
			t.Errorf("%q: the kernel has %q, %q, %v", *c, settings, arguments, err)
		}
	})
}

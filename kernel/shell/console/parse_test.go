package console

import (
	"strings"
	"testing"
	"time"
)

func TestSplit(t *testing.T) {
	for line, want := range map[string][2]string{
		"": {}, "   ": {}, "halt": {"halt", ""}, "  halt  ": {"halt", ""},
		"echo  two  words ": {"echo", "two  words"}, "halt\tnow": {"halt\tnow", ""},
	} {
		if name, args := Split(line); name != want[0] || args != want[1] {
			t.Errorf("%q: %q, %q", line, name, args)
		}
	}
}

func TestParseDisk(t *testing.T) {
	for args, want := range map[string]string{
		"vda":                 "disk vda what? disk help says what there is",
		"vda erase":           `a disk does not know "erase": disk help says what there is`,
		"vda read":            "disk read wants 1 more words, not 0: disk help",
		"vda sum 1 2 3":       "disk sum wants 2 more words, not 3: disk help",
		"vda write 1":         "disk write wants 2 more words, not 1: disk help",
		" vda  write 1  a  b": "",
		"write write 1 a  b":  "",
		"vda flush":           "",
	} {
		d, err := ParseDisk(args)
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%q: %v", args, err)
		}
		if err == nil && d.Verb == "write" && d.Text != "a  b" {
			t.Errorf("%q: text %q", args, d.Text)
		}
	}
}

func TestSeconds(t *testing.T) {
	for text, want := range map[string]int64{"1": 1e9, "0.5": 5e8, "1e6": 1e15, "nan": 0, "NaN": 0, "inf": 0, "-inf": 0, "0": 0, "-1": 0, "1e7": 0, "": 0, "soon": 0} {
		if ns, err := Seconds(text, 1e6); ns != want || (err == nil) != (want != 0) {
			t.Errorf("%q: %d, %v", text, ns, err)
		}
	}
}

// Whatever is typed, each parser returns what is in its bounds, or one line that says what is
// wrong. The first byte chooses the parser.
func FuzzCommands(f *testing.F) {
	for _, seed := range []string{
		"0echo some  text", "1vda write 5 some text", "2hpet 10 100 5", "31.5s 10ms 700", "4nan", "42.5", "52026-01-31 23:59:00",
		"52262-04-12 00:00:00", "60x1f", "6-1", "6" + strings.Repeat("9", 200), "1 write \xff", "3" + strings.Repeat("1h ", 80), "2a 1 1 18446744073709551616",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if in == "" {
			return
		}
		args := strings.TrimSpace(in[1:])
		var err error
		ok := true
		switch in[0] % 7 {
		case '0' % 7:
			name, rest := Split(in)
			ok = !strings.Contains(name, " ") && rest == strings.TrimSpace(rest)
		case '1' % 7:
			if len(strings.Fields(args)) == 0 {
				return
			}
			var d Disk
			if d, err = ParseDisk(args); err == nil {
				ok = d.Name != "" && len(d.Words) >= diskWords[d.Verb] && (d.Verb == "write" || d.Text == "") && d.Text == strings.TrimSpace(d.Text)
			}
		case '2' % 7:
			var e Events
			if e, err = ParseEvents(args); err == nil {
				ok = e.Timer != "" && e.PeriodNS >= 1e6 && e.PeriodNS <= 60e9 && e.Count >= 1 && e.Count <= 1e6 && e.Busy >= 0 && e.Busy <= 60e9
			}
		case '3' % 7:
			var times []time.Duration
			if times, err = Times(args); err == nil {
				ok = len(times) > 0
				for _, d := range times {
					ok = ok && d >= 0
				}
			}
		case '4' % 7:
			var ns int64
			if ns, err = Seconds(args, 1e6); err == nil {
				ok = ns >= 0 && ns <= 1e15
			}
		case '5' % 7:
			var d time.Time
			if d, err = Date(args); err == nil {
				ok = !d.Before(dateLeast) && !d.After(dateMost) && d.UnixNano() >= 0
			}
		case '6' % 7:
			var n uint64
			if n, err = Number("it", args, 3, 700); err == nil {
				ok = n >= 3 && n <= 700
			}
		}
		if !ok {
			t.Error("beyond its bounds")
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("more than one line: %q", err)
		}
	})
}

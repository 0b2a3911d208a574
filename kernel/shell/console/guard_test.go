package console

import "testing"

// A Ctrl-C counts where it stands alone, and only there.
func TestGuard(t *testing.T) {
	type came struct {
		ms   int64
		text string
	}
	for _, c := range []struct {
		name string
		in   []came
		want bool
	}{
		{"at once", []came{{1, "\x03"}}, true},
		{"after a while", []came{{5000, "\x03"}}, true},
		{"pressed again and again", []came{{5000, "\x03"}, {5300, "\x03\x03"}, {6200, "\x03"}}, true},
		{"after data and a pause", []came{{0, "data"}, {900, "data"}, {2000, "\x03"}}, true},
		{"after data", []came{{0, "data"}, {900, "\x03"}}, false},
		{"in data", []came{{0, "da\x03ta"}}, false},
		{"at the end of data", []came{{0, "data\x03"}}, false},
		{"before data", []came{{0, "\x03"}, {500, "data"}}, false},
		{"before data, in one piece", []came{{5000, "\x03data"}}, false},
		{"nothing", nil, false},
		{"an empty piece", []came{{5000, ""}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var g Guard
			const start = 77e9
			g.Begin(start)
			last := int64(start)
			for _, p := range c.in {
				last = start + p.ms*1e6
				g.Took([]byte(p.text), last)
			}
			due, got := g.Wants()
			if got != c.want || got && due != last+SilenceNS {
				t.Errorf("%v, %d ns after the last byte", got, due-last)
			}
		})
	}
}

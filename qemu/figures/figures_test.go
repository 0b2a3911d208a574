package figures

import (
	"strings"
	"testing"
)

const page = `# A page

| median / max on amd64 | realtime | thread |
|---|---|---|
| idle | **82** / 82 | 2,617 / 2,772 |
| nested | **82** / 201 | |

| median / max on ARM | realtime |
|---|---|
| idle | **93** / 93 |

Text | with a bar.

| longest, instructions | amd64 | ARM | what it is |
|---|---|---|---|
| ` + "`thread_line`" + ` | 393 | 604 | with 393 in the text |
| ` + "`unmask`, `register`" + ` | 66 | 49 | both |
`

func run() Results {
	return Results{
		"idle":   {"realtime": {82, 82, 82, 110, 10000}, "thread": {2700, 2700, 2800, 99999, 1000}},
		"nested": {"realtime": {82, 82, 150, 205, 10000}},
		"masked": {"thread_line": {0, 0, 300, 400, 900}, "unmask": {0, 0, 60, 66, 200}, "register": {0, 0, 40, 45, 200}},
	}
}

func TestCompare(t *testing.T) {
	if wrong, err := Compare(page, "amd64", run()); err != nil || len(wrong) != 0 {
		t.Errorf("a run within the bounds: %v, %v", wrong, err)
	}
	for name, c := range map[string]struct {
		situation, path string
		l               Latency
	}{
		"median of idle, realtime: the page states 82, a run gives 85":                 {"idle", "realtime", Latency{85, 85, 85, 85, 1}},
		"median of idle, realtime: the page states 82, a run gives 79":                 {"idle", "realtime", Latency{79, 79, 79, 82, 1}},
		"longest of idle, realtime: the page states 82, a run gives 143":               {"idle", "realtime", Latency{82, 82, 82, 143, 1}},
		"median of idle, thread: the page states 2,617, a run gives 7,472":             {"idle", "thread", Latency{7472, 7472, 7472, 7627, 1}},
		"least of idle, thread: the page states 0, a run gives -3,417":                 {"idle", "thread", Latency{-3417, 2617, 2617, 2772, 1}},
		"longest of masked, thread_line: the page states 393, a run gives 462":         {"masked", "thread_line", Latency{0, 0, 0, 462, 1}},
		"longest of masked, thread_line: the page states 393, a run gives 200":         {"masked", "thread_line", Latency{0, 0, 0, 200, 1}},
		"longest of masked, unmask, register: the page states 66, a run gives 90":      {"masked", "register", Latency{0, 0, 0, 90, 1}},
		"longest of nested, realtime: the page states 201, a run gives 240: make late": {"nested", "realtime", Latency{82, 82, 82, 240, 1}},
	} {
		r := run()
		r[c.situation][c.path] = c.l
		if wrong, err := Compare(page, "amd64", r); err != nil || len(wrong) != 1 || !strings.HasPrefix(wrong[0], "amd64: "+name) {
			t.Errorf("%q, %v, want %s", wrong, err, name)
		}
	}
	r := run()
	delete(r, "nested")
	if _, err := Compare(page, "amd64", r); err == nil {
		t.Error("a run without a figure of the page")
	}
	for _, target := range []string{"mips", "arm"} {
		if _, err := Compare("no table", target, run()); err == nil {
			t.Errorf("%s: a page without figures", target)
		}
	}
}

func TestUpdate(t *testing.T) {
	r := run()
	r["masked"]["thread_line"] = Latency{Max: 1234567}
	got, err := Update(page, "amd64", r)
	want := strings.NewReplacer("2,617 / 2,772", "2,700 / 99,999", "**82** / 201", "**82** / 205",
		"| 393 | 604 |", "| 1,234,567 | 604 |").Replace(page)
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	if wrong, err := Compare(got, "amd64", r); err != nil || len(wrong) != 0 {
		t.Errorf("the page of the run itself: %v %v", wrong, err)
	}
}

func TestReadme(t *testing.T) {
	const text = "first instruction\nof the task it is 82 instructions on amd64 and 92 on ARM, whether"
	r := Results{"gc": {"realtime": {94, 94, 94, 94, 10000}}}
	for target, want := range map[string]string{"amd64": strings.Replace(text, "82", "94", 1), "arm": strings.Replace(text, "92", "94", 1)} {
		if got, err := UpdateReadme(text, target, r); got != want || err != nil {
			t.Errorf("%s: %q, %v", target, got, err)
		}
	}
	if wrong, err := CompareReadme(text, "arm", r); len(wrong) != 0 || err != nil {
		t.Errorf("within the bounds: %v, %v", wrong, err)
	}
	if wrong, err := CompareReadme(text, "amd64", r); len(wrong) != 1 || err != nil {
		t.Errorf("82, not 94: %v, %v", wrong, err)
	}
	if _, err := CompareReadme("nothing", "amd64", r); err == nil {
		t.Error("a README that states nothing")
	}
}

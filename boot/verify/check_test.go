package verify

import (
	"strings"
	"testing"
)

// In a function that may do at thread level what is refused, only what it does where
// levelCheck says no is looked at; in others all of it.
func TestCheckedAtRunTime(t *testing.T) {
	const (
		amd64Check = "55 e8 fa6f0000 84 c0 74 03 fa 5d c3 5d c3"          // push rbp; call; test al, al; je; cli; pop; ret; pop; ret
		amd64Zero  = "55 e8 fa6f0000 0f b6 c0 85 c0 74 03 fa 5d c3 5d c3" // ... movzx eax, al; test eax, eax
		amd64Other = "55 e8 fa6f0000 84 c0 75 03 fa 5d c3 5d c3"          // ... jne
		amd64Late  = "55 fa e8 f96f0000 84 c0 74 03 fa 5d c3 5d c3"       // cli first
		amd64Part  = "55 e8 fa6f0000 85 c0 74 03 fa 5d c3 5d c3"          // test eax, eax, of which AL is a part
		amd64Lost  = "55 e8 fa6f0000 ff c0 84 c0 74 03 fa 5d c3 5d c3"    // inc eax before
		armCheck   = "e52de008 eb001bfd e5dd0004 e3500000 0a000001 f10c0080 e49df008 e49df008"
		armOther   = "e52de008 eb001bfd e5dd0004 e3500000 1a000001 f10c0080 e49df008 e49df008"
		armWord    = "e52de008 eb001bfd e59d0004 e3500000 0a000001 f10c0080 e49df008 e49df008" // ldr, not ldrb
		armWritten = "e52de008 eb001bfd e58d1004 e5dd0004 e3500000 0a000001 f10c0080 e49df008 e49df008"
	)
	for _, x := range []struct {
		name      string
		a         arch
		code      string
		may, fine bool
	}{
		{"amd64", amd64{}, amd64Check, true, true},
		{"amd64, extended", amd64{}, amd64Zero, true, true},
		{"amd64, in another function", amd64{}, amd64Check, false, false},
		{"amd64, the other way", amd64{}, amd64Other, true, false},
		{"amd64, before", amd64{}, amd64Late, true, false},
		{"amd64, more than the result", amd64{}, amd64Part, true, false},
		{"amd64, another value", amd64{}, amd64Lost, true, false},
		{"arm", arm{}, armCheck, true, true},
		{"arm, in another function", arm{}, armCheck, false, false},
		{"arm, the other way", arm{}, armOther, true, false},
		{"arm, more than the result", arm{}, armWord, true, false},
		{"arm, another value", arm{}, armWritten, true, false},
	} {
		b := unhexOrWords(t, x.a, x.code)
		im, f := made(x.a, b, nil)
		c := &code{im: im, f: f, permit: permit{checksLevel: x.may}, noReturn: newWalker(im).noReturn, above: newWalker(im).above, checks: func(target uint64) bool { return target == otherAt }}
		var what []string
		for _, s := range analyse(c).bad {
			what = append(what, s.what)
		}
		got := strings.Join(what, "\n")
		if x.fine && got != "" || !x.fine && !strings.Contains(got, "not known to be harmless") {
			t.Errorf("%s: %q", x.name, got)
		}
	}
}

func unhexOrWords(t *testing.T, a arch, s string) []byte {
	if a == (arch)(arm{}) {
		return words(t, s)
	}
	return unhex(t, s)
}

package machine

import (
	"slices"
	"strings"
	"testing"
)

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		on        Machine
		arguments []string
		want      []string
	}{
		{Q35, nil, nil},
		{Q35, []string{"a b", "c,d"}, []string{"-append", "'a b' c,d"}},
		{EVK, []string{"a b", "c,d"}, []string{"-semihosting-config", "enable=on,arg=tamagotake,arg='a b' c,,d"}},
	} {
		if got, err := c.on.CommandLine(c.arguments); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s, %q: %q, %v, want %q", c.on.Name, c.arguments, got, err, c.want)
		}
	}
	if _, err := Q35.CommandLine([]string{strings.Repeat("x", commandLineMax)}); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{strings.Repeat("x", commandLineMax+1), "a\x00b"} {
		if _, err := EVK.CommandLine([]string{bad}); err == nil {
			t.Errorf("%.9q is no error", bad)
		}
	}
}

package main

import (
	"errors"
	"testing"
)

// An error of the go command is whole, and says what to do with this tool.
func TestRemedy(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"no required module provides package " + modulePath + "/hal/board; to add it:\n\tgo get x",
			"no required module provides package " + modulePath + "/hal/board; to add it:\n\tgo get x\nthe go.mod here does not require " + modulePath + ": that of tamagotake new NAME shows how"},
		{"package you is not in std (/src/you)", "package you is not in std (/src/you)\nthere is no package you. What a program is given follows the package: tamagotake run . you"},
		{"there is no go.mod here, nor above", "there is no go.mod here, nor above\ntamagotake new NAME makes a program with a go.mod of its own"},
		{"another", "another"},
	} {
		if got := remedy(errors.New(c.text)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

package main

import (
	"regexp"
	"strings"
)

// remedies are what to do about errors of the go command.
var remedies = []struct {
	text *regexp.Regexp
	do   string // $1 and so on are what the text has in its parentheses
}{
	{regexp.MustCompile(`go\.mod file not found|there is no go\.mod here`),
		"tamagotake new NAME makes a program with a go.mod of its own"},
	{regexp.MustCompile(`no required module provides package ` + regexp.QuoteMeta(modulePath) + `/`),
		"the go.mod here does not require " + modulePath + ": that of tamagotake new NAME shows how"},
	{regexp.MustCompile(`package (\S+) is not in std`),
		"there is no package $1. What a program is given follows the package: tamagotake run . $1"},
}

// remedy returns the error's text, with what to do about it if that is known.
func remedy(err error) string {
	text := err.Error()
	for _, r := range remedies {
		if m := r.text.FindStringSubmatchIndex(text); m != nil {
			return strings.TrimSpace(text) + "\n" + string(r.text.ExpandString(nil, r.do, text, m))
		}
	}
	return text
}

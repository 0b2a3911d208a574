package bootconfig

import (
	"strings"

	"github.com/tamagotake/tamagotake/internal/words"
)

// Setting is one NAME=value, a variable of the program's environment.
type Setting struct{ Name, Value string }

// Split takes a command line apart, wherever it comes from: a loader or the block. The words at its
// beginning that are NAME=value are settings, the rest arguments.
func Split(line string) ([]Setting, []string, error) {
	list, err := words.Split(line)
	if err != nil {
		return nil, nil, err
	}
	settings, arguments := SplitWords(list)
	return settings, arguments, nil
}

// SplitWords is [Split] for words.
func SplitWords(list []string) (settings []Setting, arguments []string) {
	for len(list) > 0 {
		s, ok := ParseSetting(list[0])
		if !ok {
			break
		}
		settings = append(settings, s)
		list = list[1:]
	}
	return settings, list
}

// ParseSetting takes a word apart, and reports whether it is a setting at all: flags begin with a
// hyphen.
func ParseSetting(word string) (s Setting, ok bool) {
	name, value, ok := strings.Cut(word, "=")
	return Setting{name, value}, ok && IsName(name)
}

// IsName reports whether a word can be the name of a setting.
func IsName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") == "" && strings.Trim(s[:1], "0123456789.") != ""
}

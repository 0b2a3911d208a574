//go:build tamago

package board

import (
	"os"
	"strings"

	"github.com/tamagotake/tamagotake/internal/words"
)

func init() {
	list, err := words.Split(commandLine())
	if err != nil {
		print("command line: ", err.Error(), ": it is not used\n")
		return
	}
	for len(list) > 0 {
		name, value, ok := strings.Cut(list[0], "=")
		if !ok || !isName(name) {
			break
		}
		os.Setenv(name, value)
		list = list[1:]
	}
	os.Args = append(os.Args[:1:1], list...)
}

// isName reports whether a word can be the name of a variable; flags begin with a hyphen.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") == "" && strings.Trim(s[:1], "0123456789.") != ""
}

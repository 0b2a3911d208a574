// Package words splits a line into words and joins words to a line, with quotes as in a shell but
// with nothing else of one: the kernel's command line, and flags that hold several arguments.
package words

import (
	"fmt"
	"strings"
	"unicode"
)

// Split splits a line at its spaces. What is between single or double quotes is taken as it is,
// spaces and other quotes too; a quote that is not closed is an error.
func Split(line string) (words []string, err error) {
	var word strings.Builder
	quote, begun := rune(0), false
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			quote, begun = c, true
		case unicode.IsSpace(c):
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote %c is not closed", quote)
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}

// Join makes the line that Split splits into these words.
func Join(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return strings.Join(quoted, " ")
}

func quote(word string) string {
	special := func(c rune) bool { return c == '\'' || c == '"' || unicode.IsSpace(c) }
	switch {
	case word != "" && !strings.ContainsFunc(word, special):
		return word
	case !strings.Contains(word, "'"):
		return "'" + word + "'"
	}
	return "'" + strings.ReplaceAll(word, "'", `'"'"'`) + "'"
}

// Package config is the configuration of a program, a file that a person writes, and the places
// where tools put it: the block of package internal/bootconfig, in each kind of image and on a card.
//
//	# The board in the kitchen.
//	LOG=verbose
//	TITLE="kitchen, left"
//	-v fast              # arguments
//
// A line is a setting, NAME=value, or words that are arguments of the program. A word that begins with #
// begins a comment. Single and double quotes keep spaces and # in a word, as in package
// internal/words and so on the command lines of the tool. The program has the settings in its
// environment, in os.Args the arguments, in order.
package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tamagotake/tamagotake/internal/bootconfig"
	"github.com/tamagotake/tamagotake/internal/words"
)

// FileMax is how many bytes a configuration file may have.
const FileMax = 64 << 10

// Config is a configuration.
type Config struct {
	Settings  []bootconfig.Setting // no name twice
	Arguments []string             // the first is no setting
}

// Parse reads a configuration file. Its name is for errors, which name the line.
func Parse(name string, text []byte) (*Config, error) {
	c := &Config{}
	line := 0
	for row := range strings.Lines(string(text)) {
		line++
		if err := c.addLine(row); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
	if _, err := c.Line(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

func (c *Config) addLine(row string) error {
	if !utf8.ValidString(row) {
		return errors.New("not UTF-8")
	}
	list, err := words.Split(withoutComment(row))
	if err != nil || len(list) == 0 {
		return err
	}
	for _, w := range list {
		if err := bootconfig.CheckText(w); err != nil {
			return fmt.Errorf("%+q: %w", w, err)
		}
	}
	s, ok := bootconfig.ParseSetting(list[0])
	switch {
	case !ok:
		c.Arguments = append(c.Arguments, list...)
	case len(list) > 1:
		return fmt.Errorf("%s=: a setting has a line of its own; quotes keep spaces in its value", s.Name)
	case c.index(s.Name) >= 0:
		return fmt.Errorf("%s= a second time", s.Name)
	default:
		c.Settings = append(c.Settings, s)
	}
	return nil
}

// withoutComment cuts a line in front of a word that begins with #.
func withoutComment(row string) string {
	quote, inWord := rune(0), false
	for i, c := range row {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote, inWord = c, true
		case c == '#' && !inWord:
			return row[:i]
		default:
			inWord = !unicode.IsSpace(c)
		}
	}
	return row
}

// ParseLine takes apart the command line that a block has.
func ParseLine(line string) (*Config, error) {
	c := &Config{}
	list, err := words.Split(line)
	if err == nil {
		c.Override(list)
	}
	return c, err
}

// Override changes the configuration by the words of a command line: the settings at its beginning
// are added or replaced, and the rest, if there is any, takes the place of all arguments.
func (c *Config) Override(list []string) {
	settings, arguments := bootconfig.SplitWords(list)
	for _, s := range settings {
		c.Set(s)
	}
	if len(arguments) > 0 {
		c.Arguments = arguments
	}
}

// Set adds a setting, or gives it another value.
func (c *Config) Set(s bootconfig.Setting) {
	if i := c.index(s.Name); i >= 0 {
		c.Settings[i] = s
		return
	}
	c.Settings = append(c.Settings, s)
}

// Unset removes a setting, and reports whether there was one of that name.
func (c *Config) Unset(name string) bool {
	i := c.index(name)
	if i >= 0 {
		c.Settings = slices.Delete(c.Settings, i, i+1)
	}
	return i >= 0
}

func (c *Config) index(name string) int {
	return slices.IndexFunc(c.Settings, func(s bootconfig.Setting) bool { return s.Name == name })
}

// Words returns the words of the command line.
func (c *Config) Words() (list []string) {
	for _, s := range c.Settings {
		list = append(list, s.Name+"="+s.Value)
	}
	return append(list, c.Arguments...)
}

// Line returns the command line, or an error if a block must not have it.
func (c *Config) Line() (string, error) {
	line := words.Join(c.Words())
	if err := bootconfig.CheckText(line); err != nil {
		return "", fmt.Errorf("the configuration cannot be used: %w", err)
	}
	return line, nil
}

// String returns a file from which [Parse] reads the same configuration.
func (c *Config) String() string {
	var b strings.Builder
	for _, s := range c.Settings {
		b.WriteString(s.Name + "=")
		if s.Value != "" {
			b.WriteString(words.Join([]string{s.Value}))
		}
		b.WriteString("\n")
	}
	for i, a := range c.Arguments {
		if i > 0 {
			b.WriteString(" ")
		}
		if strings.HasPrefix(a, "#") {
			b.WriteString("''") // or it would be a comment
		}
		b.WriteString(words.Join([]string{a}))
	}
	if len(c.Arguments) > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

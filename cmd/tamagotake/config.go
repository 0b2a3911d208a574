package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/tamagotake/tamagotake/deploy/config"
	"github.com/tamagotake/tamagotake/deploy/flash"
	"github.com/tamagotake/tamagotake/internal/bootconfig"
	"github.com/tamagotake/tamagotake/internal/input"
)

// configHelp is in the help of commands that give a program its configuration.
const configHelp = `
The program starts with the configuration of -config FILE, or else with the one that its image has. The
words behind -- change it: NAME=value at their beginning replace settings of that name, and the rest,
if there is any, all arguments. tamagotake help config says what is in FILE.`

var configCommand = command{
	name: "config", args: "[-config FILE] [-set NAME=value] [-unset NAME] [-yes] [-force] CARD [-- WORD...]",
	short: "show or change the configuration on a card or in an image",
	long: `CARD is a disk such as /dev/sdX, or a file: a card of tamagotake sdcard, an image of imx or build, or
a disk of tamagotake disk. Without flags the configuration is shown, as a file that -config takes:

	# comment
	NAME=value
	TITLE="quotes keep spaces"
	argument another -v

NAME=value is in the environment of the program, the rest in its os.Args: at most 4095 bytes. Only the
block with the configuration is written, in place. -config replaces all of it, -set and -unset change
one setting each and may be repeated, and the words behind -- are as for sdcard. A disk is written to
after the checks and the question of tamagotake flash. A signed image is not changed: its signature
would not be right any more.`,
	run: func(k *call) error {
		c := k.configFlags()
		var set, unset []string
		k.flags.Func("set", "`setting`, NAME=value, to add or to give another value", addTo(&set))
		k.flags.Func("unset", "`name` of a setting to remove", addTo(&unset))
		yes := k.flags.Bool("yes", false, "do not ask")
		force := k.flags.Bool("force", false, "also on a disk that is not removable or has more than 256 GB")
		if err := k.parse(); err != nil {
			return err
		}
		if len(k.args) != 1 {
			return errors.New("config: want one card, such as /dev/sdX, or one file; flags come first, and -- before what is for the program")
		}
		for _, word := range set {
			s, ok := bootconfig.ParseSetting(word)
			if !ok {
				return fmt.Errorf("config: -set %s: want NAME=value", word)
			}
			c.set = append(c.set, s)
		}
		c.unset = unset
		name := k.args[0]
		if !c.given() {
			return k.showConfig(name)
		}
		return k.changeConfig(name, c, flash.Options{Yes: *yes, Force: *force, In: os.Stdin, Out: k.out})
	},
}

func addTo(list *[]string) func(string) error {
	return func(s string) error {
		*list = append(*list, s)
		return nil
	}
}

// showConfig prints the configuration of a file or disk.
func (k *call) showConfig(name string) error {
	f, size, err := openToRead(name)
	if err != nil {
		return fmt.Errorf("config: %w", err)
	}
	defer f.Close()
	p, err := config.Find(f, size)
	if err != nil {
		return fmt.Errorf("config: %s: %w", name, err)
	}
	now, err := p.Read()
	if err != nil {
		return fmt.Errorf("config: %s: %w", name, damaged(err))
	}
	k.printConfig(name, p, now)
	return nil
}

// printConfig prints a configuration as a file.
func (k *call) printConfig(name string, p *config.Place, c *config.Config) {
	line, _ := c.Line()
	signed := ""
	if p.Signed {
		signed = ", signed"
	}
	fmt.Fprintf(k.out, "# %s, %s%s: %d of %d bytes\n%s", name, p.Kind, signed, len(line), bootconfig.TextMax, c)
}

// changeConfig changes the configuration in a file or on a disk.
func (k *call) changeConfig(name string, c *configFlags, o flash.Options) error {
	done := "nothing to change"
	err := flash.Update(name, o, func(disk io.ReaderAt, size int64) (*flash.Change, error) {
		p, err := config.Find(disk, size)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		before := slices.Clone(p.Block)
		now, err := c.write(p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		k.printConfig(name, p, now)
		if bytes.Equal(before, p.Block) {
			return nil, nil
		}
		done = "done, and the same when read back"
		return &flash.Change{At: p.At, Bytes: p.Block}, nil
	})
	if err != nil {
		return fmt.Errorf("config: %w", err)
	}
	fmt.Fprintln(k.out, done)
	return nil
}

// openToRead opens a regular file or a disk: what else there is may have no end.
func openToRead(name string) (f *os.File, size int64, err error) {
	// The type is looked at before the file is opened: that waits at a FIFO.
	info, err := os.Stat(name)
	if err != nil {
		return nil, 0, err
	}
	if m := info.Mode(); !m.IsRegular() && m.Type() != os.ModeDevice {
		return nil, 0, fmt.Errorf("%s is neither a disk nor a file", name)
	}
	if f, err = os.Open(name); err != nil {
		return nil, 0, err
	}
	size, err = f.Seek(0, io.SeekEnd)
	if err != nil {
		f.Close()
	}
	return f, size, err
}

func damaged(err error) error {
	return fmt.Errorf("its configuration is damaged: %w; -config FILE replaces it", err)
}

// configFlags are those of commands that give a program a configuration.
type configFlags struct {
	k     *call
	file  string
	words []string // behind --
	set   []bootconfig.Setting
	unset []string
}

// configFlags adds the flag -config, and has [call.parse] take what follows -- apart.
func (k *call) configFlags() *configFlags {
	k.config = &configFlags{k: k}
	k.config.addFlag()
	return k.config
}

func (c *configFlags) addFlag() {
	c.k.flags.StringVar(&c.file, "config", "", "`file` with the configuration that the program starts with")
}

// cut takes what follows the first -- from the arguments of the command.
func (c *configFlags) cut(args []string) []string {
	i := slices.Index(args, "--")
	if i < 0 {
		return args
	}
	c.words = args[i+1:]
	return args[:i]
}

// given reports whether there is any change.
func (c *configFlags) given() bool {
	return c.file != "" || len(c.words)+len(c.set)+len(c.unset) > 0
}

// write changes the configuration of a block.
func (c *configFlags) write(p *config.Place) (now *config.Config, err error) {
	if p.Signed {
		return nil, config.ErrSigned
	}
	if c.file != "" {
		now, err = readConfig(c.file)
	} else if now, err = p.Read(); err != nil {
		err = damaged(err)
	}
	if err != nil {
		return nil, err
	}
	for _, name := range c.unset {
		if !now.Unset(name) {
			return nil, fmt.Errorf("-unset %s: there is no such setting", name)
		}
	}
	for _, s := range c.set {
		now.Set(s)
	}
	now.Override(c.words)
	return now, p.Write(now)
}

func readConfig(name string) (*config.Config, error) {
	text, err := input.ReadFile(name, config.FileMax)
	if err != nil {
		return nil, err
	}
	return config.Parse(filepath.Base(name), text)
}

// put returns the program or image of that name with the configuration, if one is given.
func (c *configFlags) put(name string, file []byte) ([]byte, error) {
	if !c.given() {
		return file, nil
	}
	change, err := c.changeOf(name, bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	file = bytes.Clone(file)
	copy(file[change.At:], change.Bytes)
	return file, nil
}

// change returns what the configuration changes in the file of that name, or nil if none is given.
func (c *configFlags) change(name string) (*flash.Change, error) {
	if !c.given() {
		return nil, nil
	}
	f, size, err := openToRead(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return c.changeOf(name, f, size)
}

func (c *configFlags) changeOf(name string, file io.ReaderAt, size int64) (*flash.Change, error) {
	p, err := config.Find(file, size)
	if err == nil {
		_, err = c.write(p)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &flash.Change{At: p.At, Bytes: p.Block}, nil
}

// withArguments returns the command line for QEMU: the configuration, and the arguments of the
// command, which change it as those behind -- do.
func (c *configFlags) withArguments(arguments []string) ([]string, error) {
	if c.file == "" {
		return arguments, nil
	}
	now, err := readConfig(c.file)
	if err != nil {
		return nil, err
	}
	now.Override(arguments)
	return now.Words(), nil
}

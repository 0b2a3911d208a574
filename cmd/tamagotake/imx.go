package main

import (
	"fmt"

	"github.com/tamagotake/tamagotake/deploy/armory"
	"github.com/tamagotake/tamagotake/deploy/sign"
	"github.com/tamagotake/tamagotake/internal/input"
	"github.com/tamagotake/tamagotake/internal/output"
)

var imxCommand = command{
	name: "imx", args: "[-board NAME] [-config FILE] [-sign DIR] [-o FILE] [PACKAGE | IMAGE.elf] [-- WORD...]",
	short: "build the image that the boot ROM of a USB armory starts",
	long: `The program is built as by tamagotake build, or an image that was built is packed as it is. FILE
is by default PACKAGE-BOARD.imx in the current directory. tamagotake sdcard makes a whole card.
` + configHelp,
	run: func(k *call) error {
		a := k.armoryFlags()
		out := k.flags.String("o", "", "`file` to write")
		if err := a.parse(); err != nil {
			return err
		}
		arg, err := k.onePackage()
		if err != nil {
			return err
		}
		if *out == "" {
			if *out, err = a.defaultName(arg, ".imx"); err != nil {
				return err
			}
		}
		if err := output.CheckAll(*out); err != nil {
			return err
		}
		img, err := a.image(arg, sign.Card)
		if err != nil {
			return err
		}
		if err := output.WriteFile(*out, img.File, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(k.out, "%s: %s\n", *out, img.About)
		return nil
	},
}

// armoryFlags are those of commands that make an image for a USB armory.
type armoryFlags struct {
	k         *call
	compile   *compile
	on        *boardTarget
	registers string
	keys      string
	config    *configFlags
}

func (k *call) armoryFlags() *armoryFlags {
	a := &armoryFlags{k: k, compile: k.buildFlags()}
	k.boardFlag(a.compile, boards[0].Name)
	k.flags.StringVar(&a.keys, "sign", "", "`directory` of keys to sign with; tamagotake keys makes some")
	a.config = k.configFlags()
	k.flags.StringVar(&a.registers, "cfg", "", "imximage `file` with the registers to set up, by default TamaGo's for the board")
	return a
}

// parse parses the flags, and has the board decide what the program is built for.
func (a *armoryFlags) parse() (err error) {
	if err = a.k.parse(); err == nil {
		a.on, err = a.k.chooseBoard(a.compile)
	}
	return err
}

// defaultName is the name of what is made of an argument, in the current directory.
func (a *armoryFlags) defaultName(arg, suffix string) (string, error) {
	return a.compile.defaultName(arg, a.compile.board, suffix)
}

// image is the image of a package, of a program that was built, or one that was made before.
func (a *armoryFlags) image(arg string, way sign.Way) (*armory.Image, error) {
	var program []byte
	if isFile(arg) {
		file, err := input.ReadFile(arg, input.ImageMax)
		if err != nil {
			return nil, err
		}
		if !armory.IsProgram(file) {
			if a.k.name == "imx" && a.keys == "" {
				return nil, fmt.Errorf("%s is no program (ELF); -sign DIR would sign an image that there is", arg)
			}
			if a.k.isSet("board") || a.k.isSet("cfg") {
				return nil, fmt.Errorf("%s is packed for a board already: leave out -board and -cfg", arg)
			}
			if file, err = a.config.put(arg, file); err != nil {
				return nil, err
			}
			img, err := armory.Read(file, a.keys, way)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", arg, err)
			}
			return img, nil
		}
		program = file
	} else {
		t, err := a.compile.toolchain()
		if err != nil {
			return nil, err
		}
		p, err := t.build(arg)
		if err != nil {
			return nil, err
		}
		program = p.stripped
	}
	program, err := a.config.put(arg, program)
	if err != nil {
		return nil, err
	}
	registers := a.registers
	if registers == "" {
		if registers, err = a.on.configFile(a.compile); err != nil {
			return nil, err
		}
	}
	img, err := armory.Make(registers, program, a.keys, way)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", arg, err)
	}
	return img, nil
}

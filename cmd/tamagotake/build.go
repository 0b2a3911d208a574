package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/boot/port"
	"github.com/tamagotake/tamagotake/boot/verify"
	"github.com/tamagotake/tamagotake/internal/output"
)

var buildCommand = command{
	name: "build", args: "[-arch amd64|arm | -board NAME] [-o FILE] [PACKAGE]",
	short: "build the bootable image of a program",
	long: `The program is linked, verified (tamagotake help verify), sealed and packed. PACKAGE is a
package main, by default that of the current directory. FILE is by default PACKAGE-ARCH.elf, or
PACKAGE-BOARD.elf, in the current directory. Beside FILE.elf is FILE.sym.elf: the same with symbols, for a debugger.`,
	run: func(k *call) error {
		b := k.buildFlags()
		k.boardFlag(b, "")
		out := k.flags.String("o", "", "`file` to write")
		jsonName := k.flags.String("json", "", "`file` for what each real-time task can reach")
		if err := k.parse(); err != nil {
			return err
		}
		pkg, err := k.onePackage()
		if err != nil {
			return err
		}
		if _, err := k.chooseBoard(b); err != nil {
			return err
		}
		if *out == "" {
			if *out, err = b.defaultName(pkg, firstOf(b.board, b.arch), ".elf"); err != nil {
				return err
			}
		}
		if err := output.CheckAll(*out, symName(*out), *jsonName); err != nil {
			return err
		}
		t, err := b.toolchain()
		if err != nil {
			return err
		}
		p, err := t.build(pkg)
		if err != nil {
			return err
		}
		if *jsonName != "" {
			if err := p.writeJSON(*jsonName); err != nil {
				return err
			}
		}
		return p.write(*out)
	},
}

// symName is the name of the image with symbols that belongs to an image.
func symName(image string) string {
	return strings.TrimSuffix(image, ".elf") + ".sym.elf"
}

// onePackage is the argument of a command that takes a program.
func (k *call) onePackage() (string, error) {
	switch len(k.args) {
	case 0:
		return ".", nil
	case 1:
		return k.args[0], nil
	}
	return "", fmt.Errorf("%s: want one package, not %d: flags come first", k.name, len(k.args))
}

// isFile reports whether an argument is a file that was made before, and no package: that is a
// directory, an import path, or files of Go.
func isFile(arg string) bool {
	info, err := os.Stat(arg)
	if err != nil {
		return filepath.Ext(arg) == ".elf" || filepath.Ext(arg) == ".imx"
	}
	return !info.IsDir() && filepath.Ext(arg) != ".go"
}

// defaultName is what is made of an argument: of a file, that file's name with another suffix; of a
// package, what go build calls a program, and what it is built for.
func (b *compile) defaultName(arg, builtFor, suffix string) (string, error) {
	if isFile(arg) {
		return strings.TrimSuffix(filepath.Base(arg), filepath.Ext(arg)) + suffix, nil
	}
	t, err := b.toolchain()
	if err != nil {
		return "", err
	}
	packages, err := t.Packages(arg)
	if err != nil {
		return "", err
	}
	program := packages[len(packages)-1]
	return filepath.Base(program.Dir) + "-" + builtFor + suffix, nil
}

// program is one that was built.
type program struct {
	result          *verify.Result // nil if it was not verified
	whole, stripped []byte         // with symbols, and without
}

// program returns the packages of a program that can boot.
func (t *toolchain) program(pkg string) ([]port.Package, error) {
	packages, err := t.Packages(pkg)
	if err != nil {
		return nil, err
	}
	machine := modulePath + "/hal/" + t.Target.Arch
	if !slices.ContainsFunc(packages, func(p port.Package) bool { return p.ImportPath == machine }) {
		return nil, fmt.Errorf("%s does not import %s, which brings up the machine", pkg, board)
	}
	return packages, nil
}

// build links, verifies, seals and packs a program.
func (t *toolchain) build(pkg string) (*program, error) {
	p := new(program)
	packages, err := t.program(pkg)
	if err != nil {
		return nil, err
	}
	// Before it is linked: that takes longer, and a misspelt directive would be refused after it.
	if err := verify.CheckMarks(packages); err != nil {
		return nil, err
	}
	linked, err := t.link(pkg)
	if err != nil {
		return nil, err
	}
	if t.flags.verify {
		if p.result, err = verifyLinked(pkg, linked, packages, false); err != nil {
			return nil, err
		}
		if linked, err = p.result.Seal(); err != nil {
			return nil, err
		}
	}
	if p.whole, p.stripped, err = image.Pack(linked); err != nil {
		return nil, fmt.Errorf("%s: %w", pkg, err)
	}
	return p, nil
}

// verifyLinked verifies a linked program. What is refused is on standard error, in short or all of
// it.
func verifyLinked(pkg string, linked []byte, packages []port.Package, all bool) (*verify.Result, error) {
	p := startProgress("verifying " + pkg)
	result, err := verify.Image(pkg, linked, packages)
	p.stop()
	if err != nil {
		return nil, err
	}
	if lines := result.WriteRefusals(os.Stderr, all); lines > 0 {
		return nil, fmt.Errorf("%s is refused at %d lines of real-time tasks, %d in all; docs/verify.md says how to read this", pkg, lines, result.Refused())
	}
	return result, nil
}

// write writes the image, and the one with symbols beside it.
func (p *program) write(name string) error {
	if err := output.WriteFile(symName(name), p.whole, 0o755); err != nil {
		return err
	}
	return output.WriteFile(name, p.stripped, 0o755)
}

func (p *program) writeJSON(name string) error {
	if p.result == nil {
		return errors.New("-json wants a program that is verified")
	}
	text, err := p.result.JSON()
	if err != nil {
		return err
	}
	return output.WriteFile(name, text, 0o644)
}

package main

import (
	"fmt"

	"github.com/tamagotake/tamagotake/internal/output"
)

var verifyCommand = command{
	name: "verify", args: "[-arch amd64|arm | -board NAME] [-json FILE] [PACKAGE]",
	short: "say what the real-time tasks of a program can reach",
	long: `tamagotake build verifies as well, and says nothing unless something is refused. This prints
each place from which code runs below the Go runtime: how many functions it reaches, and how deep
its stack gets. docs/verify.md says what is refused and how to read that.`,
	run: func(k *call) error {
		b := k.buildFlags()
		k.boardFlag(b, "")
		jsonName := k.flags.String("json", "", "`file` for what each real-time task can reach")
		all := k.flags.Bool("v", false, "name all functions, and everything that is refused")
		if err := k.parse(); err != nil {
			return err
		}
		pkg, err := k.onePackage()
		if err != nil {
			return err
		}
		if err := output.CheckAll(*jsonName); err != nil {
			return err
		}
		if _, err := k.chooseBoard(b); err != nil {
			return err
		}
		t, err := b.toolchain()
		if err != nil {
			return err
		}
		packages, err := t.program(pkg)
		if err != nil {
			return err
		}
		linked, err := t.link(pkg)
		if err != nil {
			return err
		}
		result, err := verifyLinked(pkg, linked, packages, *all)
		if err != nil {
			return err
		}
		if *jsonName != "" {
			if err := (&program{result: result}).writeJSON(*jsonName); err != nil {
				return err
			}
		}
		result.WriteRoots(k.out, *all)
		fmt.Fprintln(k.out, result.Summary())
		return nil
	},
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tamagotake/tamagotake/boot/image"
	"github.com/tamagotake/tamagotake/internal/output"
)

var sizeCommand = command{
	name: "size", args: "[-arch LIST | -board NAME] [-v] [-json FILE] [PACKAGE]",
	short: "print the sizes of a program's image",
	long: `The image is that of tamagotake build: its file with and without symbols, and what of it lies in
memory. -arch may name several processors: -arch amd64,arm. What -v leaves over in memory are the
linker's tables of functions and types, and strings.`,
	run: func(k *call) error {
		b := k.buildFlags()
		k.boardFlag(b, "")
		each := k.flags.Bool("v", false, "print what each package takes, the largest first")
		jsonName := k.flags.String("json", "", "`file` for the sizes, an object for each processor or board")
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
		sizes := map[string]image.Sizes{}
		for arch := range strings.SplitSeq(b.arch, ",") {
			b.arch = arch
			t, err := b.toolchain()
			if err != nil {
				return err
			}
			p, err := t.build(pkg)
			if err != nil {
				return err
			}
			name := firstOf(b.board, arch)
			if sizes[name], err = image.Measure(p.whole, p.stripped); err != nil {
				return err
			}
			fmt.Fprintf(k.out, "%s\n%s", name, sizes[name])
			if *each {
				if err := writePackages(k.out, p.whole); err != nil {
					return err
				}
			}
		}
		if *jsonName == "" {
			return nil
		}
		text, err := json.MarshalIndent(sizes, "", "  ")
		if err != nil {
			return err
		}
		return output.WriteFile(*jsonName, append(text, '\n'), 0o644)
	},
}

func writePackages(out io.Writer, whole []byte) error {
	list, err := image.MeasurePackages(whole)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "  %9s %9s\n", "code", "data")
	for _, p := range list {
		fmt.Fprintf(out, "  %9d %9d %s\n", p.Code, p.Data, p.Package)
	}
	return nil
}

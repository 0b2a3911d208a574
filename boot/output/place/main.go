// Command place puts a file that a shell script has made at its place, by package output.
//
// Usage:
//
//	go run ./boot/output/place -check NAME     only say whether a file may be written there
//	go run ./boot/output/place FILE NAME
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/tamagotake/tamagotake/boot/output"
)

func main() {
	check := flag.Bool("check", false, "only say whether a file may be written there")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: place FILE NAME, or place -check NAME")
	}
	flag.Parse()
	var err error
	switch {
	case *check && flag.NArg() == 1:
		err = output.Check(flag.Arg(0))
	case !*check && flag.NArg() == 2:
		err = place(flag.Arg(0), flag.Arg(1))
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "place:", err)
		os.Exit(1)
	}
}

func place(file, name string) error {
	from, err := os.Open(file)
	if err != nil {
		return err
	}
	defer from.Close()
	return output.Write(name, 0o644, func(to *os.File) error {
		_, err := io.Copy(to, from)
		return err
	})
}

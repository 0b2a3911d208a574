package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/tamagotake/tamagotake/boot/port"
)

var versionCommand = command{
	name: "version", args: "",
	short: "print the tool's version, and the Go releases that it builds with",
	run: func(k *call) error {
		if err := k.parse(); err != nil {
			return err
		}
		if len(k.args) > 0 {
			return fmt.Errorf("version: unexpected argument %q", k.args[0])
		}
		version := "unknown"
		if info, ok := debug.ReadBuildInfo(); ok {
			version = ownVersion(info)
		}
		fmt.Fprintf(k.out, "tamagotake %s, Go releases %s, the first by default\n", version, strings.Join(port.Releases, ", "))
		return nil
	},
}

// ownVersion is the version of the tool's module: the main one, or, by go tool, a dependency.
func ownVersion(info *debug.BuildInfo) string {
	for _, d := range info.Deps {
		if d.Path == modulePath {
			return d.Version
		}
	}
	return info.Main.Version
}

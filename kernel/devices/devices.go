// Package devices registers the drivers that there are with package kernel. A program imports it
// for that:
//
//	import _ "github.com/tamagotake/tamagotake/kernel/devices"
//
// A driver of a program's own is registered in the same way, see [kernel.Register]; no file of the
// kernel changes.
//
// The package declares nothing that a program uses. The drivers are in files for the target, which
// this shows:
//
//	GOOS=tamago GOARCH=amd64 go doc -u github.com/tamagotake/tamagotake/kernel/devices
package devices

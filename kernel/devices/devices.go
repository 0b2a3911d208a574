// Package devices registers the drivers that there are with package kernel. A program imports it
// for that:
//
//	import _ "github.com/tamagotake/tamagotake/kernel/devices"
//
// A driver of a program's own is registered in the same way, see [kernel.Register]; no file of the
// kernel changes.
package devices

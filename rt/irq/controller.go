//go:build tamago

package irq

// The controller, provided by hal/amd64 and hal/arm through linkname, so that the
// calls are direct: an interface would be an indirect call that no proof about the
// image could follow.

func acknowledge(n uint32)
func mask(n uint32)
func unmask(n uint32, level bool)

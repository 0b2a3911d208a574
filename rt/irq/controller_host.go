//go:build !tamago

package irq

// Controller is what stands for a machine's interrupt controller in tests on the host. A
// nil function does nothing.
var Controller struct {
	Acknowledge, Mask func(n uint32)
	Unmask            func(n uint32, level bool)
}

func acknowledge(n uint32) {
	if Controller.Acknowledge != nil {
		Controller.Acknowledge(n)
	}
}

func mask(n uint32) {
	if Controller.Mask != nil {
		Controller.Mask(n)
	}
}

func unmask(n uint32, level bool) {
	if Controller.Unmask != nil {
		Controller.Unmask(n, level)
	}
}

//go:build tamago

package platform

// enabled is the interrupt flag, for [RestoreInterrupts].
const enabled = 1 << 9

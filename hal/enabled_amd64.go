//go:build tamago

package hal

// enabled is the interrupt flag, for [RestoreInterrupts].
const enabled = 1 << 9

//go:build tamago

package hal

// enabled is a clear mask bit, for [RestoreInterrupts].
const enabled = 0

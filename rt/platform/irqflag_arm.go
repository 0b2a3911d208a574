//go:build tamago

package platform

// enabled is a clear mask bit, for [RestoreInterrupts].
const enabled = 0

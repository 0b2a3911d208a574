//go:build tamago && stockgo

package hal

import _ "unsafe"

// crashing reports whether the runtime is printing the report of a fatal error. Provided
// by boot/port.
//
//go:linkname crashing runtime.portCrashing
func crashing() bool

//go:build tamago && !stockgo

package hal

// crashing reports whether the runtime is printing the report of a fatal error. The TamaGo
// distribution does not say: there a crash report goes the way of all that is printed, and
// what is left of it is sent when the runtime calls its exit.
//
//go:nosplit
func crashing() bool { return false }

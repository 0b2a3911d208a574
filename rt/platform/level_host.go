//go:build !tamago

package platform

// AtThreadLevel reports whether the caller runs at thread level. On the host, what stands for
// real-time level says so in a test.
func AtThreadLevel() bool { return !InRealtime }

// InRealtime is set by a test while code runs that stands for real-time level.
var InRealtime bool

//go:build tamago

// Package first dereferences nil in its initialiser. It imports nothing, so that it is among
// the first that are initialised.
package first

var nowhere *int

func init() {
	println("first")
	*nowhere = 1
}

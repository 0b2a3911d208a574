//go:build tamago

package raw

// The tables, of as many words as a [sealTable] has. Assembly, because the compiler puts a
// variable of Go's where it can be written.

func pollTable() *sealTable
func undoTable() *sealTable

//go:build !tamago

package block

// Buffer returns memory as a device wants it; on the host that of the heap.
func Buffer(size int) []byte {
	b := make([]byte, size+Alignment)
	skip := -address(b) % Alignment
	return b[skip : skip+uintptr(size) : skip+uintptr(size)]
}

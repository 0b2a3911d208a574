//go:build tamago && !stockgo

package hal

// SetStdin does nothing: with the TamaGo distribution os.Stdin is what its runtime makes of it.
func SetStdin(func(p []byte) (n int, err error)) {}

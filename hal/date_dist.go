//go:build tamago && !stockgo

package hal

// SetDate does nothing: the TamaGo distribution's runtime has one clock for the date and
// for what waits, and that is [Now].
func SetDate(unixNS int64) {}

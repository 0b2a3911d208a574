package hal

import "math/bits"

// Divisor divides by a number that is known only at start, by a multiplication and a shift.
// 32-bit ARM takes a thousand instructions to divide 64 bits, and where a timer is set they
// would be with interrupts masked.
//
// With l the logarithm of d, rounded up, and m = 2^(63+l)/d, rounded up, x*m/2^(63+l) is the
// quotient for every x below 2^63 (Granlund and Montgomery, "Division by Invariant Integers
// using Multiplication", 1994, theorem 4.2). The zero value is not ready.
type Divisor struct {
	mult  uint64
	shift uint8
}

// NewDivisor makes the divisor of d, which is less than 2^63 and not 0.
func NewDivisor(d uint64) Divisor {
	log := bits.Len64(d - 1)
	if log == 0 {
		return Divisor{1 << 63, 0}
	}
	m, rest := bits.Div64(1<<(log-1), 0, d)
	if rest != 0 {
		m++
	}
	return Divisor{m, uint8(log)}
}

// Quotient returns x/d; x is less than 2^63. Any level.
//
//go:nosplit
func (d *Divisor) Quotient(x uint64) uint64 {
	hi, lo := bits.Mul64(x, d.mult)
	return (hi<<1 | lo>>63) >> (d.shift & 63)
}

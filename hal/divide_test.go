package hal

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Every quotient is the one that division gives, beside the multiples of the divisor above
// all, where a multiplier that is off by one shows.
func TestDivisor(t *testing.T) {
	divisors := []uint64{1, 2, 3, 5, 7, 8, 16, 42, 125, 1000, 1<<31 - 1, 1 << 31, 1e9 + 7, 1<<62 - 1, 1 << 62, 1<<63 - 1}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		divisors = append(divisors, 1+r.Uint64()>>(1+r.UintN(62)))
	}
	for _, n := range divisors {
		d := NewDivisor(n)
		check := func(x uint64) {
			if x <= math.MaxInt64 && d.Quotient(x) != x/n {
				t.Fatalf("%d/%d: %d, want %d", x, n, d.Quotient(x), x/n)
			}
		}
		for i := range uint64(10) {
			check(i)
			check(math.MaxInt64 - i)
		}
		for range 1000 {
			x := r.Uint64() >> (1 + r.UintN(62))
			check(x)
			check(x / n * n)
			check(x/n*n - 1)
		}
	}
}

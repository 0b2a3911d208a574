package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Values prints what was measured, on one line: each value, and how often it occurred. A negative
// one is a defect of the measurement, and is shown as what it is. Thread level; it allocates.
func Values[T cmp.Ordered](situation, path string, list []T) {
	counts := map[T]int{}
	for _, v := range list {
		counts[v]++
	}
	fmt.Printf("%s %s", situation, path)
	for _, v := range slices.Sorted(maps.Keys(counts)) {
		fmt.Printf(" %v*%d", v, counts[v])
	}
	fmt.Println()
}

// Package check is how the images below qemu/ say what they have found: a line for each check,
// which the test that boots the image counts.
package check

import "fmt"

// Report prints "ok" or "FAILED", and the rest as fmt.Printf does. Thread level.
func Report(ok bool, format string, args ...any) {
	verdict := "ok"
	if !ok {
		verdict = "FAILED"
	}
	fmt.Printf("%s %s\n", verdict, fmt.Sprintf(format, args...))
}

// Package machine has what the test images below qemu/images want of the machine, under one name on
// every architecture: its timer's line, lines that nothing uses, halt, the budget of a poll.
package machine

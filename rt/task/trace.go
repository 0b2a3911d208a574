//go:build tasktrace

package task

import "github.com/tamagotake/tamagotake/rt/internal/raw"

// Trace is called at the places of a task's life, in the build with -tags tasktrace: Spawn, before
// the task can be polled; PollStart and PollEnd, which is not called after a panic; Wake and Cancel,
// if they change something; Complete, however the task ended. Each is given the task's number. Set
// what is wanted before the first spawn. Wake and Cancel are called at any
// level, interrupt entry included, so they must not allocate, block or wake; the others by the executor,
// or, Spawn, by the goroutine that spawns.
var Trace = &raw.Trace

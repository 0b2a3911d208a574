package main

import (
	"slices"
	"strings"
)

// entryRoots are where interrupts and exceptions come in, and what those call by address.
// The stacks are those of hal: on amd64 the entry, the executor and its polls share one.
var entryRoots = map[string]int{
	"tamagotake/hal/amd64.interrupt<>": 0x4000, "tamagotake/hal/amd64.nonMaskable<>": 0x4000, "tamagotake/hal/amd64.exception<>": 0x4000,
	"tamagotake/hal/amd64.deliver": 0x4000, "tamagotake/hal/amd64.others": 0x4000, "tamagotake/hal/amd64.nested": 0x4000,
	"tamagotake/hal/amd64.note": 0x4000, "tamagotake/hal/amd64.run": 0x4000,
	"tamagotake/hal/amd64.contain": 0x4000, "tamagotake/hal/amd64.enter": 0x4000,
	"tamagotake/hal/arm.irqEntry": 0x2000, "tamagotake/hal/arm.run": 0x2000,
	"tamagotake/hal/arm.contain": 0x2000, "tamagotake/hal/arm.enter": 0x2000,
	"tamagotake/hal/arm.dataAbort": 0x1000, "tamagotake/hal/arm.undefined": 0x1000, "tamagotake/hal/arm.prefetchAbort": 0x1000,
	"tamagotake/hal.press":     0x2000,
	"tamagotake/rt/sched.Next": 0x2000, "tamagotake/rt/sched.Polled": 0x2000,
}

func entries(im *image) (roots []*root) {
	for name, stack := range entryRoots {
		for _, f := range im.named(name) {
			roots = append(roots, &root{Name: name, Entry: true, fn: f, Stack: stack})
		}
	}
	slices.SortFunc(roots, func(a, b *root) int { return strings.Compare(a.Name, b.Name) })
	return roots
}

// pollStack is what is left for a poll below the entry's frame and the guard.
func pollStack(im *image) int {
	const guard, entry = 928, 1024
	if _, ok := im.arch.(arm); ok {
		return 0x2000 - guard - entry
	}
	return 0x4000 - guard - entry
}

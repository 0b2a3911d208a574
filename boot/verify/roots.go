package verify

import (
	"fmt"
	"slices"
	"strings"
)

// entryRoots are where interrupts and exceptions come in, and what those call by address, for
// each package that has them. The stacks are those of hal: on amd64 the entry, the executor
// and its polls share one.
var entryRoots = map[string]map[string]int{
	"github.com/tamagotake/tamagotake/hal/amd64": {
		"github.com/tamagotake/tamagotake/hal/amd64.interrupt<>":   0x4000,
		"github.com/tamagotake/tamagotake/hal/amd64.nonMaskable<>": 0x4000,
		"github.com/tamagotake/tamagotake/hal/amd64.exception<>":   0x4000,
		"github.com/tamagotake/tamagotake/hal/amd64.deliver":       0x4000,
		"github.com/tamagotake/tamagotake/hal/amd64.others":        0x4000,
		"github.com/tamagotake/tamagotake/hal/amd64.nested":        0x4000,
		"github.com/tamagotake/tamagotake/hal/amd64.note":          0x4000,
		"github.com/tamagotake/tamagotake/hal/amd64.run":           0x4000,
		"github.com/tamagotake/tamagotake/hal/amd64.contain":       0x4000,
		"github.com/tamagotake/tamagotake/hal/amd64.enter":         0x4000,
		"github.com/tamagotake/tamagotake/rt/platform.tryPreempt":  0x2000,
		"github.com/tamagotake/tamagotake/rt/sched.Next":           0x2000,
		"github.com/tamagotake/tamagotake/rt/sched.Polled":         0x2000,
	},
	"github.com/tamagotake/tamagotake/hal/arm": {
		"github.com/tamagotake/tamagotake/hal/arm.irqEntry":       0x2000,
		"github.com/tamagotake/tamagotake/hal/arm.run":            0x2000,
		"github.com/tamagotake/tamagotake/hal/arm.contain":        0x2000,
		"github.com/tamagotake/tamagotake/hal/arm.enter":          0x2000,
		"github.com/tamagotake/tamagotake/hal/arm.dataAbort":      0x1000,
		"github.com/tamagotake/tamagotake/hal/arm.undefined":      0x1000,
		"github.com/tamagotake/tamagotake/hal/arm.prefetchAbort":  0x1000,
		"github.com/tamagotake/tamagotake/rt/platform.tryPreempt": 0x2000,
		"github.com/tamagotake/tamagotake/rt/sched.Next":          0x2000,
		"github.com/tamagotake/tamagotake/rt/sched.Polled":        0x2000,
	},
}

// entries returns the roots that the image has by itself. One that is missing was renamed
// without its name here, and nothing would look at what has taken its place.
func entries(im *image) (roots []*root, err error) {
	for pkg, names := range entryRoots {
		if !im.links(pkg) {
			continue
		}
		for name, stack := range names {
			found := im.named(name)
			if len(found) == 0 {
				return nil, fmt.Errorf("%s has no %s, an entry that boot/verify/roots.go names", im.name, name)
			}
			for _, f := range found {
				roots = append(roots, &root{Name: name, Entry: true, fn: f, Stack: stack})
			}
		}
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("%s has no interrupt entry: not an image of this kernel", im.name)
	}
	slices.SortFunc(roots, func(a, b *root) int { return strings.Compare(a.Name, b.Name) })
	return roots, nil
}

// pollStack is what is left for a poll below the entry's frame and the guard.
func pollStack(im *image) int {
	const guard, entry = 928, 1024
	if _, ok := im.arch.(arm); ok {
		return 0x2000 - guard - entry
	}
	return 0x4000 - guard - entry
}

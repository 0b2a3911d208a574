//go:build tamago

package main

import "github.com/tamagotake/tamagotake/hal/amd64"

const lineTimer = amd64.LineTimer

func halt() { amd64.Halt() }

// enabled reports whether interrupts were, by what masking them has returned.
func enabled(saved uintptr) bool { return saved&(1<<9) != 0 }

// unmasked is what enables interrupts when it is restored.
const unmasked = 1 << 9

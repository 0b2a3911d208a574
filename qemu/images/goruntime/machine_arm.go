//go:build tamago

package main

import "github.com/tamagotake/tamagotake/hal/arm"

const lineTimer = arm.LineTimer

func halt() { arm.Halt() }

// enabled reports whether interrupts were, by what masking them has returned.
func enabled(saved uintptr) bool { return saved == 0 }

// unmasked is what enables interrupts when it is restored.
const unmasked = 0

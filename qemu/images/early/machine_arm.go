//go:build tamago

package main

import _ "github.com/tamagotake/tamagotake/hal/arm" // the machine

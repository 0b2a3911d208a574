//go:build tamago

package main

import _ "tamagotake/hal/arm" // the machine

//go:build tamago

package main

import _ "github.com/tamagotake/tamagotake/hal/amd64" // the machine

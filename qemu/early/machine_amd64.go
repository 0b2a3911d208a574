//go:build tamago

package main

import _ "tamagotake/hal/amd64" // the machine

//go:build tamago

package main

import _ "github.com/tamagotake/tamagotake/hal/arm"

// corners are those of amd64.
var corners []poll

func setFlag()  {}
func allocate() {}

//go:build tamago

package main

//lint:file-ignore U1000 what is bad on purpose

import _ "github.com/tamagotake/tamagotake/hal/arm"

// corners are those of amd64.
var corners []poll

func setFlag()  {}
func allocate() {}

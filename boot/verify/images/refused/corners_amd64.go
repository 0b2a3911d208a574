//go:build tamago

package main

//lint:file-ignore U1000 what is bad on purpose

import (
	_ "github.com/tamagotake/tamagotake/hal/amd64"
	"github.com/tamagotake/tamagotake/rt/task"
)

// What only amd64 has: instructions that store, or compare, in ways of their own.
var corners = []poll{storesString, movesString, exchangesReturn, storesAtIndex, flipsReturn, pausesNot, fakesFlag, setsFlag}

var block *[64]byte

//go:noinline
func allocate() { block = new([64]byte) }

func stringOverReturn()
func moveOverReturn()
func exchangeOverReturn()
func indexOverReturn()
func bitOfReturn()
func pauseThatExchanges()
func behindOwnFlag()
func behindFlag()
func setFlag()

//tamagotake:realtime
func storesString(*task.None, *task.Context) task.Poll { stringOverReturn(); return task.Ready }

//tamagotake:realtime
func movesString(*task.None, *task.Context) task.Poll { moveOverReturn(); return task.Ready }

//tamagotake:realtime
func exchangesReturn(*task.None, *task.Context) task.Poll { exchangeOverReturn(); return task.Ready }

//tamagotake:realtime
func storesAtIndex(*task.None, *task.Context) task.Poll { indexOverReturn(); return task.Ready }

//tamagotake:realtime
func flipsReturn(*task.None, *task.Context) task.Poll { bitOfReturn(); return task.Ready }

//tamagotake:realtime
func pausesNot(*task.None, *task.Context) task.Poll { pauseThatExchanges(); return task.Ready }

//tamagotake:realtime
func fakesFlag(*task.None, *task.Context) task.Poll { behindOwnFlag(); return task.Ready }

//tamagotake:realtime
func setsFlag(*task.None, *task.Context) task.Poll { behindFlag(); return task.Ready }

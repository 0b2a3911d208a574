//go:build tamago

package main

import "tamagotake/rt/task"

const actsSync = actsWake + 1

var syncTrials []trial

func performSync(cx *task.Context) {}
func prepare(cx *task.Context)     {}

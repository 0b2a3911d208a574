//go:build tamago

package main

import "tamagotake/rt/task"

var timerTrials []trial

func performTimer(cx *task.Context) {}

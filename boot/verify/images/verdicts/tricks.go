//go:build tamago

package main

import "github.com/tamagotake/tamagotake/rt/task"

// Of tricks_ARCH.s.
func moveStackByAddress()
func moveStackByRegister()
func pushInLoop()
func returnToAllocator()
func callLocalCas()
func loadVector()
func clearVector()
func leaveStack()

//tamagotake:realtime
func stackByAddress(no, cx) task.Poll { moveStackByAddress(); return task.Ready }

//tamagotake:realtime
func stackByRegister(no, cx) task.Poll { moveStackByRegister(); return task.Ready }

//tamagotake:realtime
func pushesInLoop(no, cx) task.Poll { pushInLoop(); return task.Ready }

//tamagotake:realtime
func returnsElsewhere(no, cx) task.Poll { returnToAllocator(); return task.Ready }

//tamagotake:realtime
func namedLikeAtomic(no, cx) task.Poll { callLocalCas(); return task.Ready }

//tamagotake:realtime
func vectorMemory(no, cx) task.Poll { loadVector(); return task.Ready }

//tamagotake:realtime
func vectorRegister(no, cx) task.Poll { clearVector(); return task.Ready }

//tamagotake:realtime
func leavesStack(no, cx) task.Poll { leaveStack(); return task.Ready }

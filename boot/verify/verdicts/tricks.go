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
func stackByAddress(cx, no) task.Poll { moveStackByAddress(); return task.Ready }

//tamagotake:realtime
func stackByRegister(cx, no) task.Poll { moveStackByRegister(); return task.Ready }

//tamagotake:realtime
func pushesInLoop(cx, no) task.Poll { pushInLoop(); return task.Ready }

//tamagotake:realtime
func returnsElsewhere(cx, no) task.Poll { returnToAllocator(); return task.Ready }

//tamagotake:realtime
func namedLikeAtomic(cx, no) task.Poll { callLocalCas(); return task.Ready }

//tamagotake:realtime
func vectorMemory(cx, no) task.Poll { loadVector(); return task.Ready }

//tamagotake:realtime
func vectorRegister(cx, no) task.Poll { clearVector(); return task.Ready }

//tamagotake:realtime
func leavesStack(cx, no) task.Poll { leaveStack(); return task.Ready }

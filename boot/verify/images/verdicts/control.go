//go:build tamago

package main

import "github.com/tamagotake/tamagotake/rt/task"

type sized interface{ size() int }

type plain int

func (p plain) size() int { return int(p) * 2 }

type boxA struct{ n int }
type boxB struct{ n int }

func (b *boxA) size() int { return b.n }
func (b *boxB) size() int { return b.n + 1 }

var (
	unit  plain
	a     boxA
	b     boxB
	held  any
	slots [4]func()
)

// The compiler knows the type behind the interface.
//
//tamagotake:realtime
func devirtualised(no, cx) task.Poll {
	var s sized = unit
	count = s.size()
	return task.Ready
}

//go:noinline
func sizeOf[T sized](x T) int { return x.size() }

// One function for both types, which finds the method in a dictionary.
//
//tamagotake:realtime
func throughDictionary(no, cx) task.Poll {
	count = sizeOf(&a) - sizeOf(&b)
	return task.Ready
}

//tamagotake:realtime
func jumpTable(no, cx) task.Poll {
	switch count {
	case 1:
		count = 17
	case 2:
		count = 5
	case 3:
		count = 90
	case 4:
		count = 41
	case 5:
		count = 7
	case 6:
		count = 66
	case 7:
		count = 23
	case 8:
		count = 12
	case 9:
		count = 38
	}
	return task.Ready
}

//go:noinline
func bump() { count++ }

// Nothing is called for the defer but the function itself, at the return.
//
//tamagotake:realtime
func openDefer(no, cx) task.Poll {
	defer bump()
	wide = int64(count) / wide
	return task.Ready
}

//tamagotake:realtime
func recovers(no, cx) task.Poll {
	defer func() {
		if recover() != nil {
			count--
		}
	}()
	wide /= int64(count)
	return task.Ready
}

//tamagotake:realtime
func asserts(no, cx) task.Poll {
	if s, ok := held.(sized); ok && s != nil {
		count++
	}
	return task.Ready
}

//tamagotake:realtime
func switchesOnType(no, cx) task.Poll {
	switch v := held.(type) {
	case int:
		count = v
	case string:
		count = len(v)
	}
	return task.Ready
}

//tamagotake:realtime
func methodValue(no, cx) task.Poll {
	size := unit.size
	count = size()
	return task.Ready
}

func upTo3(yield func(int) bool) {
	for i := range 3 {
		if !yield(i) {
			return
		}
	}
}

// All of it is inlined.
//
//tamagotake:realtime
func rangesOverFunc(no, cx) task.Poll {
	for i := range upTo3 {
		count += i
	}
	return task.Ready
}

//go:noinline
func apply(f func(int) int) int { return f(count) }

//tamagotake:realtime
func closure(no, cx) task.Poll {
	more := count
	count = apply(func(n int) int { return n + more })
	return task.Ready
}

//tamagotake:realtime
func callsSlot(no, cx) task.Poll {
	slots[count&3]()
	return task.Ready
}

//go:noinline
func even(n int) bool { return n == 0 || odd(n-1) }

//go:noinline
func odd(n int) bool { return n != 0 && even(n-1) }

//tamagotake:realtime
func mutual(no, cx) task.Poll {
	if even(count) {
		count++
	}
	return task.Ready
}

// Each of them fits, all four do not.
//
//tamagotake:realtime
func sumOfFrames(no, cx) task.Poll {
	count = first(count)
	return task.Ready
}

//go:noinline
func first(n int) int {
	var room [600]int
	for i := range room {
		room[i] = n + i
	}
	return second(room[n%600])
}

//go:noinline
func second(n int) int {
	var room [600]int
	for i := range room {
		room[i] = n - i
	}
	return third(room[n%600]) + room[1]
}

//go:noinline
func third(n int) int {
	var room [600]int
	for i := range room {
		room[i] = n * i
	}
	return last(room[n%600]) + room[1]
}

//go:noinline
func last(n int) int {
	var room [600]int
	for i := range room {
		room[i] = n ^ i
	}
	return room[n%600]
}

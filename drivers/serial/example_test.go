package serial_test

import (
	"fmt"

	"github.com/tamagotake/tamagotake/drivers/serial"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// echo writes back what it reads, until there is a zero byte.
func echo(c *coro.Ctx, in *serial.Input, out *serial.Output) {
	var buf [64]byte
	for {
		c.Await(in)
		p := buf[:in.Read(buf[:])]
		for len(p) > 0 {
			if p[0] == 0 {
				return
			}
			n := out.Write(p[:1])
			if p = p[n:]; n == 0 {
				c.Await(out) // half of the ring is free
			}
		}
	}
}

func Example() {
	var in serial.Input
	var out serial.Output
	for _, c := range []byte("hello\x00") {
		in.Push(c) // as the driver's task does
	}
	var e sched.Executor
	var t task.Task[task.None]
	_, err := sched.BlockOn(&e, &t, nil, coro.Func(func(c *coro.Ctx) (none task.None) {
		echo(c, &in, &out)
		return none
	}))
	var sent []byte
	for c, ok := out.Pop(); ok; c, ok = out.Pop() { // as the driver's task does
		sent = append(sent, c)
	}
	fmt.Printf("%s %v\n", sent, err)
	// Output: hello <nil>
}

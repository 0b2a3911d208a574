//go:build tamago

// Command stdin is an image that reads os.Stdin as an ordinary program does, at the console.
//
//	before     a read before kernel.Start is an error
//	lines      lines come as they are meant, corrections made
//	others     tasks and goroutines go on while a goroutine waits for a line
//	end        Ctrl-D ends the input, and not for ever
//	taken      who asks for the console has it: a read is an error from then on
//
// It says what it has found line by line, "ok" or "FAILED" first, and switches the machine off.
// The test beside it types.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/qemu/images/check"
	"github.com/tamagotake/tamagotake/rt/coro"
)

var beats, turns atomic.Uint32

func main() {
	fmt.Printf("stdin, %s %s\n", runtime.Version(), runtime.GOARCH)
	_, err := os.Stdin.Read(make([]byte, 1))
	check.Report(errors.Is(err, errors.ErrUnsupported), "before Start: %v", err)
	kernel.Start(kernel.Config{Quiet: true})
	kernel.Go("beats", func(c *coro.Ctx) error {
		for {
			c.Sleep(time.Millisecond)
			beats.Add(1)
		}
	})
	go func() {
		for {
			time.Sleep(time.Millisecond)
			turns.Add(1)
		}
	}()
	go read()
	kernel.Run()
}

func read() {
	in := bufio.NewScanner(os.Stdin)
	fmt.Println("type")
	in.Scan()
	first, n := beats.Load(), turns.Load()
	check.Report(in.Text() == "hello", "a line: %q", in.Text())
	fmt.Println("type more")
	in.Scan()
	check.Report(in.Text() == "two words", "the next: %q", in.Text())
	check.Report(beats.Load() > first && turns.Load() > n, "meanwhile %d beats of a task and %d turns of a goroutine", beats.Load()-first, turns.Load()-n)
	fmt.Println("end it")
	check.Report(!in.Scan() && in.Err() == nil, "the end: %q, %v", in.Text(), in.Err())
	var number int
	fmt.Print("a number: ")
	_, err := fmt.Scanln(&number)
	check.Report(number == 42 && err == nil, "a number: %d, %v", number, err)
	kernel.SystemConsole()
	_, err = os.Stdin.Read(make([]byte, 1))
	check.Report(errors.Is(err, errors.ErrUnsupported), "the console is another's: %v", err)
	fmt.Println("end")
	kernel.Halt()
}

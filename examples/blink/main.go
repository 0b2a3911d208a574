//go:build tamago && arm

// Command blink has a real-time task switch the blue light of a USB armory on and off, twice a
// second, whatever the Go program does meanwhile. QEMU's board has the pin, and no light.
//
//	timer's line --> kernel's wheel --wake--> blinker.Poll --> pin
package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/tamagotake/tamagotake/drivers/gpio"
	"github.com/tamagotake/tamagotake/hal/arm"
	"github.com/tamagotake/tamagotake/kernel"
	"github.com/tamagotake/tamagotake/rt/task"
	"github.com/tamagotake/tamagotake/rt/timer"
)

// The light is at pin 22 of GPIO4, and lit while that is low.
const (
	ledBank = 4
	ledPin  = 22
)

type blinker struct {
	pin     gpio.Pin
	every   timer.Interval
	begun   bool
	dark    bool
	changes atomic.Uint32
}

// Poll is called when the task is spawned, and when a half second is over.
//
//tamagotake:realtime
func (b *blinker) Poll(cx *task.Context) task.Poll {
	if !b.begun {
		b.begun = true
		b.every.Every(time.Second / 2)
	}
	for b.every.Poll(cx) == task.Ready {
		b.dark = !b.dark
		b.pin.Set(b.dark)
		b.changes.Add(1)
	}
	return task.Pending
}

var (
	bank gpio.Bank
	led  blinker
)

func main() {
	kernel.Start(kernel.Config{})
	if err := start(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	go report()
	kernel.Run()
}

func start() (err error) {
	base, lines := arm.GPIO(ledBank)
	bank.Init(ledBank, base, lines)
	if led.pin, err = bank.Pin(ledPin); err != nil {
		return err
	}
	if err = led.pin.Output(false); err != nil {
		return err
	}
	kernel.Realtime("blink", &led, (*blinker).Poll)
	return nil
}

// report is ordinary Go: it tells for ten seconds how it goes on.
func report() {
	for range 5 {
		time.Sleep(2 * time.Second)
		fmt.Println(led.changes.Load(), "changes")
	}
	os.Exit(0)
}

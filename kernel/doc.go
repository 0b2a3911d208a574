// Package kernel is what an application is built on: it starts the machine's console, timer,
// clock, watchdog and devices, runs tasks at both levels, and reports those that end badly.
//
//	func main() {
//		kernel.Start(kernel.Config{})
//		kernel.Realtime("blink", &led, (*blinker).Poll) // real-time
//		kernel.Go("sensor", readSensor)                 // at thread level, straight-line
//		go serve()                                      // ordinary Go
//		kernel.Run()
//	}
//
//	reset -> hal/ARCH -> Go runtime -> main -> Start
//	                                            |  banner
//	                                            |  spawn: reports, timer, uart, stray, the
//	                                            |  devices that are found
//	                                            v
//	                                           Run   <-- wakes from lines
//
// The machine is the one that the program is built for: see package hal/board. Its command line
// is in os.Args and the environment. os.Stdin reads lines that are typed at the console: they are echoed,
// Ctrl-D ends the input, and a read blocks its goroutine only. Package kernel/shell adds a monitor,
// which takes the console: os.Stdin has nothing then.
//
// These are the tasks that the kernel has by itself:
//
//	reports  tells of tasks that have panicked or faulted
//	timer    real-time: wakes the tasks whose sleep is over, and sets the one-shot timer
//	uart     real-time, the console's driver: empties the device into a ring
//	timer-super, uart-super  start these again, see essential.go
//	vda ...  real-time, one for each device that was found
//	devices  real-time, once there is one of these: has them look for what is overdue
//	clock    real-time, the PC's clock: tells when a second begins
//	sd1      the driver of the card slot, on ARM; sd1-super starts it again
//	hpet, gpt, epit  real-time, the drivers of timers beside that of the system
//	supervisor  feeds the watchdog, if there is one and it is on
//	stray    reports lines that interrupted and are not registered
//
// The package also compiles for an operating system, for gopls, go vet and go doc; [Start] panics
// there. What differs from machine to machine, such as [Bus], is shown by
//
//	GOOS=tamago GOARCH=amd64 go doc github.com/tamagotake/tamagotake/kernel
package kernel

package qemu

import (
	"fmt"
	mrand "math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Ctrl-C ends every command that takes long, whatever it waits for, and at an empty line what
// goes on beside the monitor. What was typed before it is gone, what comes after it is run.
func TestStop(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		disk := "vda"
		file, _ := noise(t, 64<<20)
		timer := map[string]string{Q35.Name: "hpet", EVK.Name: "gpt", USBArmory.Name: "epit"}[m.Name]
		var c console
		if m.Name == Q35.Name || m.Name == MicroVM.Name {
			// So slow that it would take hours.
			c = boot(t, m.With("-drive", "if=none,id=d,format=raw,throttling.bps-total=65536,file="+file).virtio("blk,drive=d"))
		} else {
			disk = "sd1"
			c = bootCard(t, m.card(file), `QEMU! .*`)
		}
		foreground := []string{"print 4294967295", "recv 4294967295"}
		if disk == "vda" {
			foreground = append(foreground, "disk vda sum 0 131072")
		}
		for _, command := range foreground {
			c.send(command)
			c.wait(regexp.QuoteMeta(command)+`\r\n`, timeout)
			if command[0] == 'p' {
				c.wait(`\n.*\n.*\n`, timeout) // it is at work
			}
			if command[0] != 'r' {
				c.send("echo dropped")
			}
			if err := c.Type("\x03"); err != nil {
				t.Fatal(err)
			}
			c.wait(`\^C\r\n(recv: \d+ bytes of 4294967295 have come\r\n)?`+prompt, timeout)
			if got := c.run("echo whole"); got != "whole\n" {
				t.Errorf("after Ctrl-C in %s: %q", command, got)
			}
		}
		if strings.Contains(c.Output(), "\ndropped") {
			t.Error("what was typed before Ctrl-C was run")
		}
		background := map[string]string{
			"disk " + disk + " exercise 4294967296 1 1024":  `exercise: \d+ operations`,
			"disk " + disk + " bench read 4294967296 4096":  `bench: \d+ operations`,
			"disk " + disk + " bench write 4294967296 4096": `bench: \d+ operations`,
			"sleep 1000h 2000h":                             `2 sleeps stopped`,
		}
		if timer != "" {
			background["timer "+timer+" 60000 1000000"] = timer + `: 0 events`
		}
		for command, end := range background {
			c.run(command)
			if err := c.Type("half a line\x03"); err != nil { // gives up the line, not the work
				t.Fatal(err)
			}
			c.wait(`half a line\^C\r\n`+prompt, timeout)
			if err := c.Type("\x03"); err != nil {
				t.Fatal(err)
			}
			c.wait(end+`(?s:.*?)`+prompt, timeout)
		}
		if tasks := c.run("tasks"); regexp.MustCompile(`disk-work|sleeper|events`).MatchString(tasks) {
			t.Errorf("still there:\n%s", tasks)
		}
	})
}

// A transfer is not stopped by what it carries: a Ctrl-C within data is data, several as well.
func TestReceiveControl(t *testing.T) {
	t.Parallel()
	c := boot(t, Q35)
	data := strings.Repeat("\x03data\x03\x03", 1000)
	c.send(fmt.Sprint("recv ", len(data)))
	c.wait(`ready for`, timeout)
	if err := c.Type(data); err != nil {
		t.Fatal(err)
	}
	c.wait(fmt.Sprintf(`received %d bytes, crc32 [0-9a-f]{8}, \d+ stalls\r\n`, len(data))+prompt, timeout)
}

// While a command prints thousands of rows, other tasks get their turns. Time is the guest's
// instructions, so a slow host changes nothing: a sleep that ends meanwhile is late by some
// turns of eight rows, and not by all of them.
func TestManyTasks(t *testing.T) {
	t.Parallel()
	for _, m := range []Machine{Q35, EVK} {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			const sleepers = 5000
			c := boot(t, m.With("-icount", "shift=3"))
			for n := 0; n < sleepers; n += 80 {
				if got := c.run("sleep" + strings.Repeat(" 9h", 80)); got != "" {
					t.Fatalf("%q", got)
				}
			}
			c.run("wdog")
			if err := c.Type("sleep 20ms 40ms\rtasks\r"); err != nil {
				t.Fatal(err)
			}
			// Line by line, since Wait looks at all that it has not passed, up to the second
			// prompt: the one before the command comes first.
			rows, slept := 0, 0
			for prompts := 0; prompts < 2; {
				row := c.wait(`^(?:[^\n]*\n|`+prompt+`)`, timeout)[0]
				prompts += strings.Count(row, prompt)
				if strings.Contains(row, "  sleeper ") {
					rows++
				}
				if g := regexp.MustCompile(`slept \S+, (\S+) late`).FindStringSubmatch(row); g != nil {
					slept++
					if late, err := time.ParseDuration(g[1]); err != nil || late < 0 || late > 20*time.Millisecond || rows > sleepers {
						t.Errorf("%s late, after %d rows", g[1], rows)
					}
				}
			}
			if slept != 2 || rows < sleepers {
				t.Errorf("%d sleeps ended before the last of %d rows", slept, rows)
			}
			if got := c.run("echo alive"); !strings.HasSuffix(got, "alive\n") {
				t.Errorf("%q", got)
			}
		})
	}
}

// What a task prints while a line is typed comes above it, and what has been typed is shown
// again.
func TestNoticeWhileTyping(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		c.send("sleep 1s")
		if err := c.Type("echo par"); err != nil {
			t.Fatal(err)
		}
		c.wait(`\nslept 1s, \S+ late\r\n`+prompt+`echo par$`, timeout)
		if got := c.run("t of a line"); got != "part of a line\n" {
			t.Errorf("%q", got)
		}
		// Nor is a prompt printed in the middle of a command. On a slow host the sleep may be
		// over before the command begins: then a longer one.
		for slept := 100 * time.Millisecond; ; slept *= 2 {
			c.send(fmt.Sprintf("sleep %v\rrecv 3", slept))
			before := c.wait(`(?s)^(.*)ready for 3 bytes\r\n`, timeout)[1]
			over := strings.Contains(before, "slept ")
			if !over {
				c.wait(`slept `+slept.String()+`, \S+ late\r\n$`, timeout)
			}
			if err := c.Type("abc"); err != nil {
				t.Fatal(err)
			}
			c.wait(`^received 3 bytes, .*\r\n`+prompt, timeout)
			if !over {
				break
			}
		}
	})
}

// A command that has no arguments refuses those that are typed, with one line.
func TestNoArguments(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		c := boot(t, m)
		for _, name := range []string{"halt", "reboot", "help", "tasks", "irqs", "mem", "uptime", "uart"} {
			if got, want := c.run(name+" now please"), name+" takes no arguments, not \"now please\"\n"; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
		for _, command := range []string{"crash now", "load on please", "rng 1 2", "print 1 2", "recv 1 2", "unmask 1 2", "disk vda read 0 0", "sleep 1s please", "timer hpet 1 1 1 1", "date sync now"} {
			if got := c.run(command); strings.Count(got, "\n") != 1 {
				t.Errorf("%s: %q", command, got)
			}
		}
	})
}

// Random commands with random arguments: the kernel goes on whatever they are. The seed is
// logged.
func TestOddCommands(t *testing.T) {
	each(t, func(t *testing.T, m Machine) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		r := mrand.New(mrand.NewPCG(seed, 1))
		commands := []string{"help", "tasks", "irqs", "mem", "uptime", "sleep", "echo", "print", "recv", "disk", "rng", "unmask", "uart",
			"date", "wdog", "timer", "load", "fault", "pci", "gpio", "temp", "disk vda", "disk sd1", "halt x", "reboot x", "crash x"}
		words := []string{"0", "1", "-1", "7", "512", "4096", "4294967296", "18446744073709551616", "1e9", "nan", "0x10", "1ms", "9999999h", "read", "write",
			"sum", "flush", "exercise", "bench", "latency", "vda", "sd1", "hpet", "gpt", "feed", "on", "off", "sync", "2026-02-30 00:00:00", "gpio1.3", "rising",
			"help", "\xff\xfe", "%s%n", strings.Repeat("x", 200), "\"", "\\", "2024-02-29 12:00:00"}
		file, _ := noise(t, 1<<20)
		if m.Name == Q35.Name || m.Name == MicroVM.Name {
			m = m.disk(file, "raw")
		}
		c := boot(t, m)
		for range soak(60) {
			line := commands[r.IntN(len(commands))]
			for range r.IntN(5) {
				line += " " + words[r.IntN(len(words))]
			}
			c.send(line)
			if err := c.Type("\x03"); err != nil { // so that none takes long
				t.Fatal(err)
			}
			if strings.HasPrefix(line, "recv") {
				time.Sleep(1500 * time.Millisecond) // of silence, or it is data
			}
		}
		// Sent again if a recv took it for data.
		for try := 0; ; try++ {
			c.send("")
			c.send("echo still here")
			if _, err := c.Wait(`\nstill here\r\n`, 10*time.Second); err == nil {
				break
			}
			if try == 20 || strings.Contains(c.Output(), "panic:") {
				t.Fatal("the kernel does not answer")
			}
			if err := c.Type("\x03"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(1500 * time.Millisecond)
		}
		if strings.Contains(c.Output(), "panicked") && !strings.Contains(c.Output(), " fault panicked") {
			t.Error("a task panicked")
		}
	})
}

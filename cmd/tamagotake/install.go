package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// apt-get fails while another one has a lock, be it the daily update of the system, or waits for
// one of several locks only. So it is tried for five minutes.
const (
	aptTries        = 60
	aptPauseDefault = 5 * time.Second
)

var aptPause = aptPauseDefault

// installPackages installs Debian packages.
func installPackages(packages []string) error {
	if len(packages) == 0 {
		return nil
	}
	list := strings.Join(packages, " ")
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("missing, and there is no apt-get here: %s", howToInstall(packages))
	}
	root := os.Getuid() == 0
	if !root && os.Getenv("CI") == "" && !agreed("Install "+list+" by sudo apt-get? [y/N] ") {
		return fmt.Errorf("missing: %s", howToInstall(packages))
	}
	fmt.Fprintln(os.Stderr, "tamagotake: installing", list)
	for _, args := range [][]string{{"update"}, append([]string{"install", "-y", "--no-install-recommends"}, packages...)} {
		if err := aptGet(root, args); err != nil {
			return err
		}
	}
	return nil
}

// aptGet runs apt-get, whose output is shown if it fails.
func aptGet(root bool, args []string) error {
	name := "apt-get"
	if !root {
		name, args = "sudo", append([]string{"env", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", name}, args...)
	}
	for try := 1; ; try++ {
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
		cmd.Stdin = os.Stdin // sudo asks for a password
		out, err := cmd.CombinedOutput()
		if err == nil {
			return nil
		}
		locked := bytes.Contains(out, []byte("get lock")) || bytes.Contains(out, []byte("Unable to lock"))
		if !locked || try == aptTries {
			os.Stderr.Write(out)
			return fmt.Errorf("%v: %w", cmd, err)
		}
		time.Sleep(aptPause)
	}
}

// agreed asks on the terminal. Without one the answer is no.
func agreed(question string) bool {
	if !isTerminal(os.Stdin) {
		return false
	}
	fmt.Fprint(os.Stderr, question)
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(answer), "y")
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// aptDir makes an empty PATH but for an apt-get that is the script, which has its log in $LOG.
func aptDir(t *testing.T, script string) (log string) {
	t.Helper()
	dir := t.TempDir()
	log = filepath.Join(dir, "log")
	for name, text := range map[string]string{"apt-get": "#!/bin/sh\necho \"$@\" >>\"$LOG\"\n" + script, "sudo": "#!/bin/sh\nexec \"$@\"\n", "env": "#!/bin/sh\nexec /usr/bin/env \"$@\"\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	t.Setenv("LOG", log)
	t.Setenv("CI", "1")
	return log
}

// What is missing is named with its package, and the line to type is the last.
func TestDoctor(t *testing.T) {
	aptDir(t, "")
	var out bytes.Buffer
	err := run([]string{"doctor", "arm", "debug"}, &out)
	if err == nil || !strings.Contains(err.Error(), "apt-get install qemu-system-arm gdb-multiarch") {
		t.Error(err)
	}
	for _, want := range []string{"MISSING  qemu-system-arm      run and test, ARM: Debian package qemu-system-arm\n", "MISSING  gdb-multiarch", "MISSING  go "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "x86") {
		t.Errorf("amd64 was not asked for:\n%s", out.String())
	}
	t.Setenv("PATH", t.TempDir())
	if err := run([]string{"doctor", "-install", "arm"}, &out); err == nil || !strings.Contains(err.Error(), "there is no apt-get here") {
		t.Error(err)
	}
}

// Packages are installed once each, again while somebody has a lock, and what apt-get says is shown
// if it fails.
func TestInstall(t *testing.T) {
	aptPause = 0
	defer func() { aptPause = aptPauseDefault }()
	for _, c := range []struct{ script, want, fails string }{
		{"", "update\ninstall -y --no-install-recommends qemu-system-arm\n", ""},
		{`[ $(/usr/bin/wc -l <"$LOG") -gt 2 ] || { echo "E: Could not get lock /var/lib/dpkg/lock"; exit 100; }`, "update\nupdate\nupdate\ninstall -y --no-install-recommends qemu-system-arm\n", ""},
		{`[ "$1" = update ] || { echo "E: Unable to locate package"; exit 100; }`, "update\ninstall -y --no-install-recommends qemu-system-arm\n", "exit status 100"},
	} {
		log := aptDir(t, c.script)
		err := run([]string{"doctor", "-install", "arm"}, nil)
		if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s: %v", c.script, err)
		}
		if text, _ := os.ReadFile(log); string(text) != c.want {
			t.Errorf("%s: %s", c.script, text)
		}
	}
}

// Nobody is asked without a terminal, and nothing installed.
func TestInstallWithoutConsent(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root is not asked")
	}
	log := aptDir(t, "")
	t.Setenv("CI", "")
	err := run([]string{"doctor", "-install", "arm"}, nil)
	if _, statErr := os.Stat(log); err == nil || !strings.Contains(err.Error(), "missing: sudo apt-get install qemu-system-arm") || statErr == nil {
		t.Errorf("%v, %v", err, statErr)
	}
}

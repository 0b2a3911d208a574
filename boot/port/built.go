package port

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// buildTime is the time from which the program's clock starts; see portStartWall in package
// runtime. It must be the same for the same source, so it is not the time of the build:
//
//	SOURCE_DATE_EPOCH, if it is set (reproducible-builds.org)
//	the commit, if the module is in a git repository
//	the newest Go file of the module
func buildTime(module string) (time.Time, error) {
	if text := os.Getenv("SOURCE_DATE_EPOCH"); text != "" {
		return epoch("SOURCE_DATE_EPOCH", text)
	}
	cmd := exec.Command("git", "-C", module, "log", "-1", "--format=%ct")
	if out, err := cmd.Output(); err == nil {
		return epoch("git log", strings.TrimSpace(string(out)))
	}
	var newest time.Time
	err := filepath.WalkDir(module, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		info, err := d.Info()
		if err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
		return err
	})
	return newest, err
}

// epoch reads a number of seconds since 1970, and before 2262, where a clock of nanoseconds
// ends.
func epoch(source, text string) (time.Time, error) {
	const secondsMax = 9_000_000_000
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > secondsMax {
		return time.Time{}, fmt.Errorf("%s: %q is not a number of seconds from 0 to %d", source, text, secondsMax)
	}
	return time.Unix(n, 0), nil
}

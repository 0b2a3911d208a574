package goid

import (
	"runtime"
	"strconv"
	"strings"
	"testing"
)

func TestGet(t *testing.T) {
	mine := Get()
	buf := make([]byte, 1<<16)
	if text := string(buf[:runtime.Stack(buf, false)]); !strings.HasPrefix(text, "goroutine "+strconv.FormatUint(mine, 10)+" [running]:") {
		t.Errorf("%d, and the traceback says %s", mine, text)
	}
	other := make(chan uint64)
	go func() { other <- Get() }()
	if got := <-other; got == mine || got == 0 {
		t.Errorf("two goroutines: %d and %d", mine, got)
	}
}

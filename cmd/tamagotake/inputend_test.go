package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// text is what several goroutines write.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// A kernel that is silent after the end of its input has one line on standard error, and nothing
// else happens to it.
func TestInputEnd(t *testing.T) {
	old := inputQuiet
	inputQuiet = 50 * time.Millisecond
	defer func() { inputQuiet = old }()
	for name, c := range map[string]struct {
		prints, ends, goesOn bool
		want                 int
	}{
		"ended and silent":            {true, true, false, 1},
		"not ended":                   {true, false, false, 0},
		"ended, and the kernel talks": {true, true, true, 0},
		"has never printed":           {false, true, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			in, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			defer writer.Close()
			io.WriteString(writer, "left to QEMU")
			var out, errs text
			watched, stop := watchInput(in, &out, &errs)
			if c.prints {
				io.WriteString(watched, "prompt> ")
			}
			if c.ends {
				writer.Close()
			}
			for end := time.Now().Add(10 * inputQuiet); time.Now().Before(end) || c.want == 1 && errs.String() == "" && time.Now().Before(end.Add(time.Minute)); time.Sleep(time.Millisecond) {
				if c.goesOn {
					io.WriteString(watched, ".")
				}
			}
			stop()
			if got := strings.Count(errs.String(), "tamagotake: the input has ended, and the kernel still runs"); got != c.want {
				t.Errorf("%d lines, want %d: %q", got, c.want, errs.String())
			}
			if c.prints && !strings.HasPrefix(out.String(), "prompt> ") {
				t.Errorf("the kernel's output is %q", out.String())
			}
			if c.ends {
				if rest, err := io.ReadAll(in); string(rest) != "left to QEMU" {
					t.Errorf("of the input there is %q, %v", rest, err)
				}
			}
		})
	}
}

// A file is an input that has ended. What is no input that ends is not watched.
func TestInputKinds(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	var out text
	watched, stop := watchInput(null, &out, &out)
	stop()
	if watched != io.Writer(&out) {
		t.Error("a device is watched")
	}
	file, err := os.Open("inputend.go")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	old := inputQuiet
	inputQuiet = 10 * time.Millisecond
	defer func() { inputQuiet = old }()
	var errs text
	watched, stop = watchInput(file, &out, &errs)
	defer stop()
	io.WriteString(watched, "prompt> ")
	for end := time.Now().Add(time.Minute); errs.String() == "" && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	if errs.String() == "" {
		t.Error("nothing is said of a file")
	}
}

package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"testing"
)

// An archive has its names and files at multiples of four bytes, and ends with its trailer.
func TestInitramfs(t *testing.T) {
	for size := range 9 {
		data := bytes.Repeat([]byte("x"), size)
		b := initramfs(data)
		if len(b)%4 != 0 {
			t.Errorf("%d bytes are no multiple of 4", len(b))
		}
		var list []string
		for at := 0; at < len(b); {
			field := func(n int) int {
				text := string(b[at+6+8*n : at+14+8*n])
				v, err := strconv.ParseUint(text, 16, 32)
				if err != nil {
					t.Fatalf("at %d: field %d is %q", at, n, text)
				}
				return int(v)
			}
			const header = 110
			if string(b[at:at+6]) != "070701" {
				t.Fatalf("no entry begins at %d: %q", at, b[at:at+6])
			}
			mode, length, nameLength, major, minor := field(1), field(6), field(11), field(9), field(10)
			name := string(b[at+header : at+header+nameLength-1])
			if b[at+header+nameLength-1] != 0 {
				t.Errorf("the name %q does not end with a zero byte", name)
			}
			begin := (at + header + nameLength + 3) &^ 3
			list = append(list, fmt.Sprintf("%s %o %d:%d %s", name, mode, major, minor, b[begin:begin+length]))
			at = (begin + length + 3) &^ 3
		}
		want := []string{"dev 40755 0:0 ", "dev/console 20600 5:1 ", fmt.Sprintf("init 100755 0:0 %s", data), "TRAILER!!! 0 0:0 "}
		if !slices.Equal(list, want) {
			t.Errorf("the archive has %q, not %q", list, want)
		}
	}
}

func TestLeastMemory(t *testing.T) {
	for least := 17; least <= 64; least++ {
		got, err := leastMemory(16, 64, func(mib int) bool { return mib >= least })
		if got != least || err != nil {
			t.Errorf("%d MiB, %v, not %d", got, err, least)
		}
	}
	if got, err := leastMemory(16, 64, func(int) bool { return false }); err == nil {
		t.Errorf("%d MiB of a machine that never starts", got)
	}
}

package hal

import "testing"

func TestExitStatus(t *testing.T) {
	for code, want := range map[int32]uint8{0: 0, 1: 1, 2: 2, 127: 127, 128: 127, 256: 127, -1: 127} {
		if got := ExitStatus(code); got != want {
			t.Errorf("%d: %d, want %d", code, got, want)
		}
	}
}

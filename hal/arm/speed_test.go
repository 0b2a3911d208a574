package arm

import "testing"

func TestGrade(t *testing.T) {
	for _, x := range []struct{ family, cfg3, want uint32 }{
		{familyULL, 3 << 16, 900},
		{familyULL, 2 << 16, 792},
		{familyULL, 1 << 16, 528},
		{familyULL, 0, 528},
		{familyUL, 3 << 16, 528},
		{familyUL, 2 << 16, 528},
		{familyUL, 1 << 16, 528},
		{0x63, 3 << 16, 528},
		{familyULL, 0xfffcffff, 528},
	} {
		if got := gradeMHz(x.family, x.cfg3); got != x.want {
			t.Errorf("family %#x, fuses %#x: %d MHz, want %d", x.family, x.cfg3, got, x.want)
		}
	}
}

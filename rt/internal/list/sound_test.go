package list

import (
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/pin"
)

// What is overwritten is found before anything has changed.
func TestOverwritten(t *testing.T) {
	links := pin.New[[3]Link](t)[:]
	h := pin.New[Head](t)
	for i := range links {
		h.PushBack(&links[i])
	}
	for i := range links {
		l := &links[i]
		kept := *l
		for _, wrong := range []Link{{}, {addr(&links[(i+1)%3]), addr(&links[(i+1)%3])}, {addr(&links[0]), 0}} {
			*l = wrong
			before, first := append([]Link(nil), links...), *h
			if h.Sound(l) || h.Remove(l) {
				t.Errorf("link %d: %v was taken out", i, wrong)
			}
			for k := range links {
				if links[k] != before[k] || *h != first {
					t.Errorf("link %d: %v, and link %d was changed", i, wrong, k)
				}
			}
		}
		*l = kept
	}
	links[2].next = addr(&links[0])
	if h.SoundEnd() {
		t.Error("the last has one behind it")
	}
	links[2].next = 0
	for i := range links {
		if !h.SoundEnd() || !h.Sound(&links[i]) || !h.Remove(&links[i]) {
			t.Errorf("link %d was not taken out", i)
		}
	}
	if !h.Empty() || !h.SoundEnd() {
		t.Error("not empty")
	}
}

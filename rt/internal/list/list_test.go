package list

import (
	"slices"
	"testing"

	"github.com/tamagotake/tamagotake/rt/internal/pin"

	"pgregory.net/rapid"
)

func (h *Head) all() (list []*Link) {
	for l := h.First(); l != nil; l = l.Next() {
		list = append(list, l)
	}
	return list
}

// Against a slice: what is in it, in which order, from both ends.
func TestAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := pin.New[Head](t)
		var model []*Link
		links := pin.New[[8]Link](t)
		for range rapid.IntRange(0, 50).Draw(t, "steps") {
			l := &links[rapid.IntRange(0, len(links)-1).Draw(t, "link")]
			i := slices.Index(model, l)
			switch {
			case i >= 0:
				h.Remove(l)
				model = slices.Delete(model, i, i+1)
			case rapid.Bool().Draw(t, "back"):
				h.PushBack(l)
				model = append(model, l)
			default:
				h.PushFront(l)
				model = slices.Insert(model, 0, l)
			}
			if got := h.all(); !slices.Equal(got, model) {
				t.Fatalf("%v, want %v", got, model)
			}
			if h.Empty() != (len(model) == 0) {
				t.Fatal("Empty is wrong")
			}
			back := model[:0:0]
			for a := h.last; a != 0; a = at(a).prev {
				back = append(back, at(a))
			}
			slices.Reverse(back)
			if !slices.Equal(back, model) {
				t.Fatalf("backwards %v, want %v", back, model)
			}
		}
	})
}

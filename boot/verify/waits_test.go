package main

import "testing"

// Every operation of rt/sync that docs/sync.md names may be used where it says so.
func TestWaitsAreAllowed(t *testing.T) {
	t.Chdir("../..")
	for _, arch := range []string{"amd64", "arm"} {
		t.Run(arch, func(t *testing.T) {
			roots, refusals, err := run(buildAt(t, ".", arch, "./boot/verify/waits"), []string{"boot/verify/waits", "rt"})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range refusals {
				t.Errorf("refused: %v", r)
			}
			found := map[string]int{}
			for _, r := range roots {
				found[r.Name] = len(r.Functions)
			}
			for _, name := range []string{"main.realtime", "main.entry", "tamagotake/rt/sync.undo"} {
				if found[name] < 10 {
					t.Errorf("%s reaches %d functions", name, found[name])
				}
			}
		})
	}
}

package qemu

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// syncSections says which trials of package abort the rows of the table in docs/sync.md are of.
var syncSections = map[string][]string{
	"pipe: read or write bytes, and wake one waiter":        {"Pipe.Read", "Pipe.Write"},
	"channel: send or receive a value, and wake one waiter": {"Channel.Receive", "Channel.Send"},
	"release permits or a lock, and wake one waiter":        {"Semaphore.Release", "Semaphore.Add", "Mutex.Unlock", "RwLock.Unlock"},
	"flags: check four waiters that want other flags":       {"Flags.Set, for the last"},
	"set a value or a flag, or wake, for one waiter": {"Signal.Set", "OnceCell.Set", "Watch.Set", "Flags.Set", "Flags.Set, taken",
		"WaitCell.Wake", "WaitQueue.Wake", "WaitQueue.WakeAll", "WaitMap.Wake", "Barrier.Wait, the last"},
	"close: refuse one waiter": {"WaitMap.Close", "WaitCell.Close", "WaitQueue.Close", "Semaphore.Close", "Watch.Close",
		"Pipe.Close, who reads", "Pipe.Close, who writes", "Channel.Close, who receives", "Channel.Close, who sends"},
	"begin a wait, and cancel it": {"waits that are given up"},
	"end a wait that was granted": {"Pipe.Read, granted", "Channel.Receive, granted"},
}

// compareSections fails where docs/sync.md states another length of a masked section than the
// trials have found: one that is exceeded by a twentieth, or is out of reach by a tenth.
func compareSections(t *testing.T, amd64, arm map[string]int) {
	t.Helper()
	page, err := os.ReadFile("../docs/sync.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| section | amd64 | ARM |\n|---|---|---|\n")
	rows := 0
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 {
			break // the table is over
		}
		rows++
		name := strings.TrimSpace(cells[0])
		for i, found := range []map[string]int{amd64, arm} {
			stated, err := strconv.Atoi(strings.TrimSpace(cells[i+1]))
			if err != nil {
				t.Fatal(err)
			}
			longest := 0
			for _, trial := range syncSections[name] {
				if found[trial] == 0 {
					t.Errorf("%s: there is no trial %q", name, trial)
				}
				longest = max(longest, found[trial])
			}
			// Which of the ways through a section a trial takes varies with the code around it.
			if longest > stated*11/10 || longest < stated*9/10 {
				t.Errorf("docs/sync.md, %q: %d instructions on %s, the trials find %d", name, stated, []string{"amd64", "ARM"}[i], longest)
			}
		}
	}
	if rows != len(syncSections) {
		t.Errorf("docs/sync.md has %d of %d rows", rows, len(syncSections))
	}
}

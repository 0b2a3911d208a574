//go:build !explore

package explore

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A mutant is the code of rt with one thing broken, and the model that must find it. A
// model that finds nothing is a model of nothing.
type mutant struct {
	name    string
	file    string // below rt/
	old     string // exactly once in the file
	new     string
	pkg     string
	model   string
	failure string // regular expression
}

var mutants = []mutant{
	// The queue.
	{"the swap of head in two halves", "queue/queue.go",
		"before := q.head.Swap(addr(n))", "before := q.head.Load()\n\tq.head.Store(addr(n))",
		"queue", "ProducersAndConsumer", `livelock|did not|came`},
	{"the new last node keeps an old link", "queue/queue.go",
		"\tn.next.StorePrivate(0)\n", "",
		"queue", "InterruptEnqueues|CrossesQueues", `.`},
	{"the stub keeps an old link", "queue/queue.go",
		"\t\tq.stub.next.StorePrivate(0)\n", "",
		"queue", "ProducersAndConsumer", `.`},
	{"the last node is taken without a look at head", "queue/queue.go",
		"if q.head.CompareAndSwap(tail, 0) {", "if q.head.Swap(0) != 0 {",
		"queue", "ProducersAndConsumer", `livelock`},
	{"Empty while a producer is under way", "queue/queue.go",
		"\t\t\tif q.Empty() {", "\t\t\tif true {",
		"queue", "EmptyIsTrue", `Empty, with a completed enqueue in it`},
	{"two consumers at once", "queue/queue.go",
		"return Consumer{q}, q.lock.CompareAndSwap(0, 1)", "q.lock.Store(1)\n\treturn Consumer{q}, true",
		"queue", "CompetingConsumers", `.`},
	{"a consumer waits for a producer below it", "queue/queue.go",
		"\t\tif next = at(tail).next.Load(); next == 0 {", "\t\tfor next == 0 {\n\t\t\tif next = at(tail).next.Load(); next == 0 {\n\t\t\t\tatom.Relax()\n\t\t\t}\n\t\t}\n\t\tif next == 0 {",
		"queue", "InterruptDrains", `livelock`},

	// Wakes.
	{"a wake during a poll is dropped", "task/state.go",
		"if s&(completed|cancelled|woken) != 0 {", "if s&(completed|cancelled|woken|polling) != 0 {",
		"sched", "WakeAgainstPoll", `lost`},
	{"a wake during a poll puts the task on the queue", "task/state.go",
		"return s&polling == 0\n", "return true\n",
		"sched", "WakeAgainstPoll", `is in a queue|no woken task`},
	{"the end of a poll does not look for a wake", "task/state.go",
		"return s&woken != 0, false", "return false, false",
		"sched", "WakeAgainstPoll", `lost`},
	{"two wakes both put the task on the queue", "task/state.go",
		"\t\tif h.state.CompareAndSwap(s, s|woken) {\n\t\t\treturn s&polling", "\t\th.state.Store(s | woken)\n\t\tif true {\n\t\t\treturn s&polling",
		"sched", "TwoWakers", `.`},
	{"a stale waker wakes", "task/state.go",
		"func (h *Header) wake(gen uint32) (enqueue bool) {\n\tfor {\n\t\ts := h.state.Load()\n\t\tif s&^flags != gen || s&live == 0 {", "func (h *Header) wake(gen uint32) (enqueue bool) {\n\tfor {\n\t\ts := h.state.Load()\n\t\tif s&live == 0 {",
		"sched", "StaleWaker/wake", `polled 2 times`},
	{"the executor parks without another look", "task/target.go",
		"\tif t.ready.Empty() {\n\t\thal.Wait(t.bell)\n\t}", "\thal.Wait(t.bell)",
		"sched", "WakeAgainstPoll", `lost`},
	{"nobody rings", "task/target.go",
		"if t.parked.Load() != 0 {", "if false {",
		"sched", "WakeAgainstPoll", `lost`},
	{"no fence between parking and the look", "task/target.go",
		"t.parked.Store(1)\n\tif t", "t.parked.StoreRelease(1)\n\tif t",
		"sched", "WakeAgainstPoll/thread", `lost`},

	// Cancel.
	{"a cancelled idle task is not put on the queue", "task/state.go",
		"enqueue = s&(polling|woken|completed) == 0\n\t\tif enqueue {\n\t\t\tnext |= woken\n\t\t}", "next |= woken",
		"sched", "CancelIdle", `lost`},
	{"a cancelled task in its executor's hand can be woken", "task/state.go",
		"if s&(completed|cancelled|woken) != 0 {", "if s&(completed|woken) != 0 {",
		"sched", "SelfCancel|CancelAgainst", `.`},
	{"both of two cancels did it", "task/state.go",
		"if s&cancelled != 0 || s&(completed|handle) == completed {", "if s&(completed|handle) == completed {",
		"sched", "TwoCancels", `2 cancels did it`},

	// Join.
	{"the end does not wake the joiner", "task/state.go",
		"return s&waiting != 0\n", "return false\n",
		"sched", "JoinAgainstCompletion", `joined 0 times`},
	{"a joiner does not notice that the task ended meanwhile", "task/join.go",
		"\t\t\treturn s&completed == 0\n", "\t\t\treturn true\n",
		"sched", "JoinAgainstCompletion", `.`},
	{"the slot is given back while the joiner is being woken", "task/state.go",
		"if s&waiting == 0 {\n\t\t\tnext = settled", "if true {\n\t\t\tnext = settled",
		"sched", "SlotReusedAtOnce", `.`},
	{"a detached slot is lost", "task/join.go",
		"settled(s&^(handle|waiting))", "s&^(handle|waiting)",
		"sched", "DetachAgainstCompletion", `alive`},

	// The real-time executor.
	{"masked, the last node is taken although a producer is under way", "queue/masked.go",
		"if q.head.LoadMasked() != tail {", "if false {",
		"queue", "MaskedAgainstEnqueue", `.`},
	{"an interrupt claims a task that is on the queue", "task/masked.go",
		"&^(handle|joining|waiting) == w.gen|live", "&^(handle|joining|waiting|woken) == w.gen|live",
		"sched", "FrontWakeAgainstInterrupt", `.`},

	// Executors.
	{"a stealer does not ask whether it has the right to", "sched/steal.go",
		"\tif !ok {\n\t\treturn Stealer{}, queue.Busy", "\tif false && !ok {\n\t\treturn Stealer{}, queue.Busy",
		"sched", "StealAgainstTick", `.`},
	{"a spawn does not look for a shutdown again", "sched/spawn.go",
		"func (e *Executor) spawned() {\n\tif e.closed.Load() != 0 {", "func (e *Executor) spawned() {\n\tif false {",
		"sched", "ShutdownAgainstSpawn", `joined`},
	{"no fence between giving the queue back and the last look", "queue/queue.go",
		"func (c Consumer) ReleaseFence() { c.q.lock.Store(0) }", "func (c Consumer) ReleaseFence() { c.q.lock.StoreRelease(0) }",
		"sched", "TwoDrains", `left on the queue`},
	{"a shutdown does not wait for a wake under way", "sched/spawn.go",
		"for e.target.CancelAll() > 0 {", "if e.target.CancelAll() > 0 {",
		"sched", "ShutdownAgainstWake", `joined`},

	// What tasks wait for.
	{"a wake-up that finds nobody is forgotten", "sync/cell.go",
		"\t\tc.free = 1\n", "",
		"sync", "CellWakesFallTogether", `lost`},
	{"a wake looks for a waiter outside of the section", "sync/cell.go",
		"\tsaved := c.lock.Enter()\n\tl := c.list.First()\n", "\tl := c.list.First()\n\tsaved := c.lock.Enter()\n",
		"sync", "CellWakesFallTogether", `lost`},
	{"what was granted and not seen is not passed on", "sync/wait.go",
		"\tcase granted, held:\n\t\tback = w.need\n", "\tcase held:\n\t\tback = w.need\n",
		"sync", "QueueCancelAgainstWake", `seen 0 times`},
	{"who stood behind one that gives up is not looked at", "sync/wait.go",
		"\tq.give(lock, saved, back, w.flags)\n", "\tif back == 0 {\n\t\tlock.Leave(saved)\n\t\treturn\n\t}\n\tq.give(lock, saved, back, w.flags)\n",
		"sync", "RwLockWriterGivesUp", `lost`},
	{"a wake of all wakes those that come again", "sync/waiters.go",
		"if int32(w.turn-until) > 0 {", "if int32(w.turn-until) > 1 {",
		"sync", "QueueWakeAllReregistering", `not both`},
	{"a lock is granted to all that wait", "sync/waiters.go",
		"\t\tq.free -= w.need\n\t\tk :=", "\t\tk :=",
		"sync", "RwLock", `.`},
	{"a party that gives up has come", "sync/wait.go",
		"\t\t\tq.free--\n", "",
		"sync", "BarrierCancelBefore", `let go on`},
	{"a party that was let go on has not come", "sync/wait.go",
		"w.flags&party != 0 && q.free-w.floor < 0", "w.flags&party != 0",
		"sync", "BarrierCancel", `have come`},
	{"a closed channel refuses who waits for what it has", "sync/ring.go",
		"if r.used > 0 || r.takers.closed {", "if r.takers.closed {",
		"sync", "ChannelClose", `received`},
	{"a value that replaces another is granted as well", "sync/signal.go",
		"\t\tn = 0 ", "\t\tn = 1 ",
		"sync", "Signal", `taken twice`},
	{"a watch is looked at outside of the section", "sync/watch.go",
		"\tsaved := v.lock.Enter()\n\tif uint32(v.free) == *seen {\n", "\tknown := uint32(v.free) == *seen\n\tsaved := v.lock.Enter()\n\tif known {\n",
		"sync", "Watch", `lost`},
	{"flags that were taken and not seen are lost", "sync/flags.go",
		"\tf.bits |= got\n", "",
		"sync", "FlagsCancelAgainstSet", `taken 0 times`},
	{"a once cell is set twice", "sync/once.go",
		"\tif c.free > 0 {\n\t\tc.lock.Leave(saved)\n\t\treturn false", "\tif false {\n\t\tc.lock.Leave(saved)\n\t\treturn false",
		"sync", "OnceCell", `set 2 times`},

	// The timer wheel.
	{"a sooner sleep does not set the alarm", "timer/sleep.go",
		"\t\tw.sooner(s.tick)\n", "",
		"timer", "OneSleep", `for ever`},
	{"a sleep sets the alarm after its section", "timer/sleep.go",
		"\t\tw.sooner(s.tick)\n\t}\n\tw.section.Leave(saved)\n", "\t}\n\tw.section.Leave(saved)\n\tif !isDue {\n\t\tw.sooner(s.tick)\n\t}\n",
		"timer", "TwoSleepsParallel", `the alarm is set to 100`},
	{"a turn sets the alarm after its section", "timer/turn.go",
		"\t\t\tif w.driven {\n\t\t\t\tw.setAlarm(next)\n\t\t\t}\n\t\t\tw.section.Leave(saved)\n", "\t\t\tw.section.Leave(saved)\n\t\t\tif w.driven {\n\t\t\t\tw.setAlarm(next)\n\t\t\t}\n",
		"timer", "ArmedWhileTurning", `the alarm is set to 1000`},
	{"a sleep is put in though the wheel has been turned beyond it", "timer/sleep.go",
		"isDue = come || s.tick <= w.now; isDue", "isDue = come; isDue",
		"timer", "OneSleep", `in slot`},
	{"a sleep waits when it is in the wheel already", "timer/sleep.go",
		"\t\ts.state.StoreRelease(waiting)\n\t\tw.insert(s)\n\t\tw.sooner(s.tick)\n\t}\n\tw.section.Leave(saved)\n", "\t\tw.insert(s)\n\t\tw.sooner(s.tick)\n\t}\n\tw.section.Leave(saved)\n\tif !isDue {\n\t\ts.state.StoreRelease(waiting)\n\t}\n",
		"timer", "OneSleep|MovedAgainstTurn", `for ever`},
	{"a sleep is due when its task has been woken", "timer/turn.go",
		"\t\ts.state.StoreRelease(due)\n\t}\n\treturn expired, 0\n", "\t}\n\treturn expired, 0\n",
		"timer", "PollAgainstTurn", `for ever`},
	{"the end of a task leaves its sleep in the wheel", "timer/sleep.go",
		"func (s *Sleep) leave() {\n\tw := s.on()\n\tsaved := w.section.Enter()\n\tif s.state.Load() == waiting {", "func (s *Sleep) leave() {\n\tw := s.on()\n\tsaved := w.section.Enter()\n\tif false {",
		"timer", "CancelAgainstTurn", `had ended`},
	{"an interval that has become due while it was armed does not say so", "timer/interval.go",
		"\tif s.move(next, false) {\n\t\tcx.Waker().Wake()\n\t}\n", "\ts.move(next, false)\n",
		"timer", "IntervalAgainstTurn", `for ever`},
	{"a sleep is due, and its task is not woken", "timer/turn.go",
		"\t\t\twakers[i%batch].Wake()\n", "\t\t\t_ = wakers[i%batch]\n",
		"timer", "OneSleep", `for ever`},
}

func TestMutants(t *testing.T) {
	rt, err := filepath.Abs("../../rt")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutants {
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(rt, m.file)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), m.old); n != 1 {
				t.Fatalf("%q is %d times in %s, not once", m.old, n, m.file)
			}
			dir := t.TempDir()
			changed := filepath.Join(dir, filepath.Base(file))
			if err := os.WriteFile(changed, []byte(strings.Replace(string(text), m.old, m.new, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{file: changed}})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o644); err != nil {
				t.Fatal(err)
			}
			test := exec.Command("go", "test", "-vet=off", "-timeout=20m", "-tags=explore", "-overlay="+filepath.Join(dir, "overlay.json"),
				"-run=^TestModel("+strings.Replace(m.model, "/", ")/(", 1)+")", filepath.Join(rt, m.pkg))
			test.Env = append(os.Environ(), "EXPLORE_PREEMPTIONS=2")
			out, err := test.CombinedOutput()
			if err == nil {
				t.Fatalf("no model of %s finds it", m.model)
			}
			found := regexp.MustCompile(`(?m)^\s*\w*model_test\.go:\d+: ([^\n]*)\n\s+0  `).FindSubmatch(out)
			if found == nil {
				t.Fatalf("failed otherwise than by a model:\n%s", out)
			}
			if !regexp.MustCompile(m.failure).Match(found[1]) {
				t.Errorf("found as %q, not as %s", found[1], m.failure)
			}
			t.Logf("found by %s: %s", m.model, found[1])
		})
	}
}

//go:build explore

// Package explore runs a small concurrent program, a model, in every order that its
// atomic operations can have, and says in which one it went wrong.
//
//	model: threads, interrupts --- every operation of rt/internal/atom is a step
//	                                        |
//	   +--> run: at each step one thread of those that can go on takes it
//	   |        |
//	   |        v
//	   +-- next: the last step at which another could have gone first   (depth first)
//
// The threads are coroutines on one goroutine, so a run is exactly its list of choices
// and can be repeated: a failure prints that list, and EXPLORE_REPLAY=list repeats it.
//
// What is explored is the memory of Go's atomics, which are sequentially consistent,
// with one addition: a release store waits in its processor's store buffer, first in
// first out, until the explorer lets it through as a step of its own, and every other
// write of that processor waits for the buffer to be empty. That is the memory of amd64
// (Sewell et al., "x86-TSO", CACM 2010), and StoreRelease is the only operation for
// which it is weaker.
//
// An interrupt runs on top of what its processor does: once it has begun, that stands still
// until it has ended, while other processors go on. It begins where interrupts are not
// masked, and begins with them masked; where it unmasks them, as for the poll of a real-time
// task, another interrupts it. An NMI begins everywhere.
//
// A part of a thread that is killable (see [Model.Killable]) can end at each of its steps, as
// a poll does that has used its budget up: it does not go on, and what comes after is the
// executor's. A kill is a choice like others. It depends on all steps of its processor, and
// one run has one kill at most: two ask for nothing of the code that one does not, and the
// runs would be squared. In a trace it is the number of the thread with a k.
//
// Orders that differ only in the order of independent steps, of different processors on
// different variables or both reading, lead to the same end; one of them is enough. The
// reduction is by sleep sets (Godefroid, "Partial-Order Methods for the Verification of
// Concurrent Systems", LNCS 1032, chapter 5), which tries each class of orders once. With
// a bound on preemptions instead, every order with so few of them is tried.
//
// It finds what a model asserts, panics, deadlocks (also a wake-up that was lost: somebody
// waits for ever), livelocks (everybody waits for somebody else to change something), and
// runs that are longer than a limit.
package explore

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
)

// Config bounds an exploration. The zero value is none: all orders.
type Config struct {
	// Preemptions, if not 0, is how often a run may leave a thread that could go on, or
	// a store in its buffer. Interrupts do not count.
	Preemptions int
	// Soon, if not 0, is that bound unless the environment has EXPLORE_LONG: for models of
	// which every order takes too long for every test.
	Soon int
	// Steps of one run, 5,000 if 0: a longer one is a failure.
	Steps int
}

// Result is what an exploration did.
type Result struct {
	Schedules int    // runs to the end
	Redundant int    // runs that turned out to be like an earlier one
	Steps     int    // of all runs
	Failure   string // what went wrong, or ""
	Trace     string // the choices of the failed run
	Log       string // its steps
}

// Check explores the model and fails the test if something goes wrong. With the
// environment's EXPLORE_PREEMPTIONS=n it looks at the orders with at most n preemptions
// only, which finds most faults soon.
//
// The model is built anew for each run: model declares threads and their shared state.
func Check(t *testing.T, c Config, model func(m *Model)) {
	t.Helper()
	began := time.Now()
	if c.Soon != 0 && os.Getenv("EXPLORE_LONG") == "" {
		c.Preemptions = c.Soon
	}
	if n, err := strconv.Atoi(os.Getenv("EXPLORE_PREEMPTIONS")); err == nil && (c.Preemptions == 0 || n < c.Preemptions) {
		c.Preemptions = n
	}
	var r Result
	if replay := os.Getenv("EXPLORE_REPLAY"); replay != "" {
		r = Replay(c, replay, model)
		t.Logf("replayed:\n%s", r.Log)
	} else {
		r = Explore(c, model)
	}
	bound := "every order"
	if c.Preemptions != 0 {
		bound = fmt.Sprintf("at most %d preemptions", c.Preemptions)
	}
	t.Logf("%s: %d schedules, %d redundant, %d steps, %v", bound, r.Schedules, r.Redundant, r.Steps, time.Since(began).Round(time.Millisecond))
	if r.Failure != "" {
		t.Errorf("%s\n%s\nrepeat: EXPLORE_REPLAY=%s go test -tags explore -run '^%s$'", r.Failure, r.Log, r.Trace, t.Name())
	}
}

// Explore is Check for who wants to look at the result.
func Explore(c Config, model func(m *Model)) (r Result) {
	s := search{config: c, result: &r}
	for s.run(model) {
	}
	return r
}

// Replay runs the model once in the order that a failure has printed.
func Replay(c Config, trace string, model func(m *Model)) (r Result) {
	s := search{config: c, result: &r, logging: true}
	for word := range strings.SplitSeq(trace, ",") {
		word, kills := strings.CutSuffix(word, "k")
		id, err := strconv.Atoi(word)
		if kills {
			id += killID
		}
		if err != nil {
			return Result{Failure: "not a trace: " + trace}
		}
		s.fixed = append(s.fixed, id)
	}
	s.run(model)
	return r
}

// search is the depth-first search. path is the run that was made last, one node for
// each place where there was a choice to make; the next run goes the same way up to the
// last node that has something left to try.
type search struct {
	config  Config
	result  *Result
	path    []node
	fixed   []int
	logging bool
}

type node struct {
	choices []step // what could go on here
	index   int    // which of them did
	sleep   []step // what need not go on here: an earlier run has covered it
	last    int    // the thread that went before
	stored  int    // the buffer that it has just put a store into, or 0
	spent   int    // preemptions up to here
}

// run makes one run and reports whether there is another to make.
func (s *search) run(model func(m *Model)) (more bool) {
	m := newModel()
	atom.Running = m
	defer func() { atom.Running = nil }()
	m.guard("the model", func() { model(m) })
	if m.failure == "" {
		m.begin()
	}
	redundant := false
	for depth := 0; ; depth++ {
		choices := m.choices()
		if len(choices) == 0 || m.failure != "" {
			break
		}
		if depth == s.steps() {
			m.fail(fmt.Sprintf("no end after %d steps: a livelock, or Config.Steps is too small", depth))
			break
		}
		s.result.Steps++
		if redundant {
			m.take(choices[0])
			continue
		}
		if depth == len(s.path) {
			n := s.descend(m, choices)
			if n.index == len(n.choices) { // all asleep: finish in any order
				redundant = true
				m.take(choices[0])
				continue
			}
			s.path = append(s.path, n)
		}
		n := &s.path[depth]
		m.take(n.choices[n.index])
	}
	m.end()
	if m.failure != "" {
		s.report(m)
		return false
	}
	if redundant {
		s.result.Redundant++
	} else {
		s.result.Schedules++
	}
	return s.fixed == nil && s.backtrack()
}

func (s *search) steps() int {
	if s.config.Steps == 0 {
		return 5000
	}
	return s.config.Steps
}

// descend makes the node for a place that was not reached before.
func (s *search) descend(m *Model, choices []step) node {
	n := node{choices: choices, last: -1}
	if depth := len(s.path); depth > 0 {
		parent := &s.path[depth-1]
		taken := parent.choices[parent.index]
		n.last = taken.id
		switch taken.kind {
		case flush: // by nobody
			n.last = parent.last
		case kill:
			n.last = taken.id - killID
		}
		if taken.kind == buffered {
			n.stored = ^taken.core
		}
		n.spent = parent.spent + s.cost(parent, taken)
		if s.config.Preemptions == 0 {
			for _, asleep := range parent.sleep {
				if !dependent(asleep, taken) {
					n.sleep = append(n.sleep, asleep)
				}
			}
			for _, earlier := range parent.choices[:parent.index] {
				if !dependent(earlier, taken) && !has(parent.sleep, earlier.id) {
					n.sleep = append(n.sleep, earlier)
				}
			}
		}
	}
	// Who went last goes first, so that the first run has no preemption.
	for i, c := range n.choices {
		if c.id == n.last {
			n.choices[0], n.choices[i] = c, n.choices[0]
		}
	}
	if s.fixed != nil {
		return s.follow(m, n)
	}
	n.index = s.next(&n, 0)
	return n
}

// follow takes the choice that a trace says.
func (s *search) follow(m *Model, n node) node {
	depth := len(s.path)
	for i, c := range n.choices {
		if depth < len(s.fixed) && c.id == s.fixed[depth] {
			n.index = i
			return n
		}
	}
	if depth < len(s.fixed) {
		m.fail(fmt.Sprintf("the trace does not fit: step %d cannot be %d", depth, s.fixed[depth]))
	}
	return n
}

// next returns the first choice from i on that is to be tried.
func (s *search) next(n *node, i int) int {
	for ; i < len(n.choices); i++ {
		c := n.choices[i]
		if has(n.sleep, c.id) {
			continue
		}
		if s.config.Preemptions != 0 && n.spent+s.cost(n, c) > s.config.Preemptions {
			continue
		}
		break
	}
	return i
}

// cost is 1 if the choice leaves a thread that could go on, and 1 if it leaves a store in
// the buffer.
func (s *search) cost(n *node, c step) (cost int) {
	if !c.free && c.id != n.last && has(n.choices, n.last) {
		cost++
	}
	if n.stored != 0 && c.id != n.stored {
		cost++
	}
	return cost
}

func has(steps []step, id int) bool {
	for _, s := range steps {
		if s.id == id {
			return true
		}
	}
	return false
}

func (s *search) backtrack() bool {
	for len(s.path) > 0 {
		n := &s.path[len(s.path)-1]
		if n.index = s.next(n, n.index+1); n.index < len(n.choices) {
			return true
		}
		s.path = s.path[:len(s.path)-1]
	}
	return false
}

func (s *search) report(m *Model) {
	s.result.Failure = m.failure
	var trace []string
	for _, taken := range m.log {
		if taken.kind == kill {
			trace = append(trace, strconv.Itoa(taken.id-killID)+"k")
			continue
		}
		trace = append(trace, strconv.Itoa(taken.id))
	}
	s.result.Trace = strings.Join(trace, ",")
	s.result.Log = m.describe()
}

package tasksync

// Select waits for the first of several: poll them in order of preference, and give up the
// others when one is over.
//
//	var w [2]tasksync.Wait
//	var won int
//	switch {
//	case ch.Receive(cx, &w[0], &v) == tasksync.Ready:
//		won = 0
//	case stop.Wait(cx, &w[1]) == tasksync.Ready:
//		won = 1
//	default:
//		return task.Pending
//	}
//	tasksync.Select(w[:], won)
//
// It cancels all waits but the one that won, which may hold something: one that was granted
// meanwhile passes it on. From a poll; both levels.
func Select(waits []Wait, won int) {
	for i := range waits {
		if i != won {
			waits[i].Cancel()
		}
	}
}

// Cancel gives all of them up. From a poll; both levels.
func Cancel(waits []Wait) { Select(waits, -1) }

// Join waits for all of several, each of which is polled until it is over, and not again.
//
//	var j tasksync.Join
//	if j.Open(0) { j.Note(0, ch.Receive(cx, &w[0], &v)) }
//	if j.Open(1) { j.Note(1, sem.Acquire(cx, &w[1], 2)) }
//	if !j.All(2) { return task.Pending }
//
// What was received stays so if the rest is given up. The zero value is ready.
type Join struct{ results uint64 } // two bits each: a Result

// JoinMost is how many can be joined.
const JoinMost = 32

// Open reports whether part i is to be polled. Any level.
func (j *Join) Open(i int) bool { return j.Result(i) == Pending }

// Note says what a poll of part i has said. Any level.
func (j *Join) Note(i int, r Result) {
	if uint(i) >= JoinMost || j.Result(i) != Pending {
		misuse("tasksync: this part of a join has ended already, or its index is not below JoinMost")
	}
	j.results |= uint64(r&3) << (2 * uint(i))
}

// Result returns what part i has ended with, or Pending. Any level.
func (j *Join) Result(i int) Result { return Result(j.results >> (2 * uint(i)) & 3) }

// All reports whether the first n parts are over. Any level.
func (j *Join) All(n int) bool {
	for i := range min(n, JoinMost) {
		if j.Open(i) {
			return false
		}
	}
	return true
}

//go:build explore

package queue

import (
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/atom"
	"github.com/tamagotake/tamagotake/rt/internal/explore"
)

// The queue in every order of its steps. What each model shows is in its name; the test
// of mutants in rt/internal/explore says what each would find.

// check explores a model of the queue, in every order or with a bound on preemptions.
func check(t *testing.T, preemptions int, model func(m *explore.Model)) {
	t.Helper()
	explore.Check(t, explore.Config{Preemptions: preemptions}, func(m *explore.Model) {
		Reset()
		model(m)
	})
}

func itemAt(n *Node) *item { return (*item)(unsafe.Pointer(n)) }

// drain takes out until want nodes have come, waiting for producers, and asserts the
// order of each producer.
func drain(m *explore.Model, q *Queue, want int) {
	next := map[int]int{}
	c, _ := q.TryConsume()
	for got := 0; got < want; {
		n, r := c.TryDequeue()
		if r != Item {
			atom.Relax()
			continue
		}
		it := itemAt(n)
		m.Assert(it.n == next[it.producer], "producer %d: %d came, not %d", it.producer, it.n, next[it.producer])
		next[it.producer] = it.n + 1
		got++
	}
	_, r := c.TryDequeue()
	m.Assert(r == Empty, "all were taken out, and then it says %d", r)
}

func produce(q *Queue, producer, count int) func() {
	items := make([]item, count)
	return func() {
		for i := range items {
			items[i].producer, items[i].n = producer, i
			q.Enqueue(&items[i].Node)
		}
	}
}

func TestModelProducersAndConsumer(t *testing.T) {
	check(t, 0, func(m *explore.Model) {
		var q Queue
		m.Thread("producer 0", produce(&q, 0, 2))
		m.Thread("producer 1", produce(&q, 1, 1))
		m.Thread("consumer", func() { drain(m, &q, 3) })
	})
}

// Two consumers try at the same time: each node comes once, in order, and nothing is
// lost to the one that is turned away.
func TestModelCompetingConsumers(t *testing.T) {
	check(t, 0, func(m *explore.Model) {
		var q Queue
		var taken [2]int
		next := 0
		m.Thread("producer", produce(&q, 0, 2))
		for i := range taken {
			m.Thread("consumer", func() {
				for range 2 {
					if n, r := q.TryDequeue(); r == Item {
						m.Assert(itemAt(n).n == next, "%d came, not %d", itemAt(n).n, next)
						next++
						taken[i]++
					}
				}
			})
		}
		m.Finally(func() {
			for r := Item; r == Item; {
				if _, r = q.TryDequeue(); r == Item {
					taken[0]++
				}
			}
			m.Assert(taken[0]+taken[1] == 2, "%d taken of 2", taken)
		})
	})
}

// Empty is never said while a completed enqueue is in the queue, whatever another
// producer is doing.
func TestModelEmptyIsTrue(t *testing.T) {
	check(t, 0, func(m *explore.Model) {
		var q Queue
		var done atom.Uint32
		var a, b item
		m.Thread("completed", func() { q.Enqueue(&a.Node); done.Store(1) })
		m.Thread("under way", func() { q.Enqueue(&b.Node) })
		m.Thread("consumer", func() {
			c, _ := q.TryConsume()
			for got := 0; got == 0; {
				completed := done.Load() == 1
				switch _, r := c.TryDequeue(); r {
				case Item:
					got++
				case Empty:
					m.Assert(!completed, "Empty, with a completed enqueue in it")
					atom.Relax()
				default:
					atom.Relax()
				}
			}
		})
	})
}

// A node is put into another queue at once, while a producer of the first is under way.
func TestModelCrossesQueues(t *testing.T) {
	check(t, 0, func(m *explore.Model) {
		var from, to Queue
		m.Thread("producer", produce(&from, 0, 2))
		m.Thread("mover", func() {
			c, _ := from.TryConsume()
			for range 3 {
				if n, r := c.TryDequeue(); r == Item {
					to.Enqueue(n)
				}
			}
			c.Release()
		})
		m.Thread("consumer", func() {
			c, _ := to.TryConsume()
			n, r := c.TryDequeue()
			m.Assert(r != Item || itemAt(n).n == 0, "the second came first")
			c.Release()
			if r == Item {
				to.Enqueue(n)
			}
		})
		m.Finally(func() {
			left := 0
			for _, q := range []*Queue{&from, &to} {
				for r := Item; r == Item; {
					if _, r = q.TryDequeue(); r == Item {
						left++
					}
				}
			}
			m.Assert(left == 2, "%d of 2 nodes are left", left)
		})
	})
}

// An interrupt that drains the queue comes between the two steps of an enqueue below it:
// it must leave, and nothing is lost.
func TestModelInterruptDrains(t *testing.T) {
	check(t, 0, func(m *explore.Model) {
		var q Queue
		taken := 0
		take := func() {
			for {
				n, r := q.TryDequeue()
				if r != Item {
					return
				}
				m.Assert(itemAt(n).n == taken, "%d came, not %d", itemAt(n).n, taken)
				taken++
			}
		}
		c := m.Thread("producer", produce(&q, 0, 3))
		m.Interrupt(c, "drain", take)
		m.Interrupt(c, "drain again", take)
		m.Finally(func() {
			take()
			m.Assert(taken == 3, "%d taken of 3", taken)
		})
	})
}

// An interrupt that enqueues comes at any step of a consumer below it.
func TestModelInterruptEnqueues(t *testing.T) {
	check(t, 0, func(m *explore.Model) {
		var q Queue
		c := m.Thread("consumer", func() { drain(m, &q, 3) })
		m.Interrupt(c, "interrupt 0", produce(&q, 0, 2))
		m.Interrupt(c, "interrupt 1", produce(&q, 1, 1))
	})
}

// The forms for who has interrupts masked: an interrupt puts in and takes out while a
// producer below it is between its steps. Nothing is lost and nothing comes twice.
func TestModelMaskedAgainstEnqueue(t *testing.T) {
	for interrupts := 1; interrupts <= 2; interrupts++ {
		check(t, 0, func(m *explore.Model) {
			var q Queue
			items := make([]item, 2+interrupts)
			got := 0
			take := func() Result {
				for {
					n, r := q.TryDequeueMasked()
					if r != Item {
						return r
					}
					it := itemAt(n)
					m.Assert(it.n == 0, "an item came twice")
					it.n++
					got++
				}
			}
			c := m.Thread("producer", func() {
				q.Enqueue(&items[0].Node)
				q.Enqueue(&items[1].Node)
			})
			for i := range interrupts {
				m.Interrupt(c, "interrupt", func() {
					q.EnqueueMasked(&items[2+i].Node)
					take()
				})
			}
			m.Finally(func() {
				r := take()
				m.Assert(r == Empty && got == len(items), "%d of %d came, and then it says %d", got, len(items), r)
			})
		})
	}
}

// An interrupt takes out what is there and puts the first back, while a producer below it is
// between its steps: nothing is lost, and no old link is followed.
func TestModelMaskedPutsBack(t *testing.T) {
	check(t, 0, func(m *explore.Model) {
		var q Queue
		items := make([]item, 3)
		taken, put := 0, 0
		c := m.Thread("producer", func() {
			for i := range items {
				q.Enqueue(&items[i].Node)
				put++
			}
		})
		m.Interrupt(c, "interrupt", func() {
			first, r := q.TryDequeueMasked()
			if r != Item {
				return
			}
			for {
				if _, r = q.TryDequeueMasked(); r != Item {
					break
				}
				taken++
			}
			q.EnqueueMasked(first)
		})
		m.Finally(func() {
			r := Item
			for r == Item && taken <= put {
				if _, r = q.TryDequeueMasked(); r == Item {
					taken++
				}
			}
			m.Assert(r == Empty && taken == put, "%d of %d came, and then it says %d", taken, put, r)
		})
	})
}

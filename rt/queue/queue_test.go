package queue

import (
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"github.com/tamagotake/tamagotake/rt/internal/pin"

	"pgregory.net/rapid"
)

type item struct {
	Node
	producer, n int
}

func take(t *testing.T, q *Queue) (*item, Result) {
	t.Helper()
	c, ok := q.TryConsume()
	if !ok {
		t.Fatal("somebody has the consumer's right")
	}
	defer c.Release()
	n, r := c.TryDequeue()
	return (*item)(unsafe.Pointer(n)), r
}

var static Queue // never touched by an initialiser

func TestZeroValueIsEmpty(t *testing.T) {
	if _, r := take(t, &static); r != Empty || !static.Empty() {
		t.Fatalf("a zero queue says %v", r)
	}
	a := pin.New[item](t)
	static.Enqueue(&a.Node)
	if static.Empty() {
		t.Fatal("empty, with one in it")
	}
	if got, r := take(t, &static); r != Item || got != a {
		t.Fatalf("got %p, %v", got, r)
	}
	if _, r := take(t, &static); r != Empty {
		t.Fatalf("emptied queue says %v", r)
	}
}

func TestConsumerIsExclusive(t *testing.T) {
	q := pin.New[Queue](t)
	c, ok := q.TryConsume()
	if !ok {
		t.Fatal("nobody has it")
	}
	if _, ok := q.TryConsume(); ok {
		t.Fatal("two consumers")
	}
	c.Release()
	if _, ok := q.TryConsume(); !ok {
		t.Fatal("not given back")
	}
}

// A producer is stopped between its two steps, at every length of queue: the
// consumer must neither lose what was there, nor say Empty, nor take what cannot
// be reached.
func TestStoppedProducer(t *testing.T) {
	for length := range 4 {
		q := pin.New[Queue](t)
		items := pin.New[[4]item](t)[:length]
		for i := range items {
			items[i].n = i
			q.Enqueue(&items[i].Node)
		}
		// The first step of Enqueue, by hand.
		late := pin.New[item](t)
		late.n = length
		before := q.head.Swap(addr(&late.Node))
		if before == 0 {
			before = addr(&q.stub)
		}
		next := 0
		for {
			it, r := take(t, q)
			if r == Inconsistent {
				break
			}
			if r == Empty {
				t.Fatalf("length %d: Empty while a producer is under way", length)
			}
			if it.n != next {
				t.Fatalf("length %d: took %d, want %d", length, it.n, next)
			}
			next++
		}
		at(before).next.Store(addr(&late.Node)) // the second step
		for ; next <= length; next++ {
			it, r := take(t, q)
			if r != Item || it.n != next {
				t.Fatalf("length %d: after the link got %v, want %d", length, r, next)
			}
		}
		if _, r := take(t, q); r != Empty {
			t.Fatalf("length %d: at the end %v", length, r)
		}
	}
}

func TestAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := pin.New[Queue](t)
		var model, free []*item
		for i := range 8 {
			free = append(free, &item{n: i})
		}
		t.Repeat(map[string]func(*rapid.T){
			"enqueue": func(t *rapid.T) {
				if len(free) == 0 {
					t.Skip()
				}
				it := free[0]
				free = free[1:]
				q.Enqueue(&it.Node)
				model = append(model, it)
			},
			"dequeue": func(t *rapid.T) {
				c, _ := q.TryConsume()
				n, r := c.TryDequeue()
				c.Release()
				if len(model) == 0 {
					if r != Empty {
						t.Fatalf("empty queue says %v", r)
					}
					return
				}
				it := (*item)(unsafe.Pointer(n))
				if r != Item || it != model[0] {
					t.Fatalf("got %v %v, want item %d", r, it, model[0].n)
				}
				model = model[1:]
				free = append(free, it)
			},
		})
	})
}

// Producers and the consumer at the same time.
func TestProducersAndConsumer(t *testing.T) {
	const producers, each = 8, 1000
	q := pin.New[Queue](t)
	items := pin.New[[producers][each]item](t)
	var wg sync.WaitGroup
	for p := range producers {
		wg.Go(func() {
			for i := range each {
				items[p][i].producer, items[p][i].n = p, i
				q.Enqueue(&items[p][i].Node)
			}
		})
	}
	var next [producers]int
	for taken := 0; taken < producers*each; {
		it, r := take(t, q)
		if r != Item {
			runtime.Gosched()
			continue
		}
		if it.n != next[it.producer] {
			t.Fatalf("producer %d: took %d, want %d", it.producer, it.n, next[it.producer])
		}
		next[it.producer]++
		taken++
	}
	wg.Wait()
	if _, r := take(t, q); r != Empty {
		t.Fatalf("at the end %v", r)
	}
}

func TestNoAllocation(t *testing.T) {
	q := pin.New[Queue](t)
	a := pin.New[item](t)
	if n := testing.AllocsPerRun(100, func() {
		q.Enqueue(&a.Node)
		c, _ := q.TryConsume()
		c.TryDequeue()
		c.Release()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkPair1(b *testing.B) {
	q := pin.New[Queue](b)
	a := pin.New[item](b)
	c, _ := q.TryConsume()
	for b.Loop() {
		q.Enqueue(&a.Node)
		c.TryDequeue()
	}
}

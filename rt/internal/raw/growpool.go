package raw

import (
	"sync"
	"unsafe"
)

// GrowPool is a pool that grows. Its slots come from the heap and stay: see the package
// comment. The zero value is ready.
type GrowPool[T any] struct {
	mu    sync.Mutex
	pools []*Pool[T] // each twice as large as the one before
}

const heapFirst = 16 // slots

// Spawn is [Task.Spawn] into a free slot. It allocates when there is none. The error is
// [ErrUnverified]. Thread level,
// any goroutine.
func (p *GrowPool[T]) Spawn(q *RunQueue, m *Metadata, poll unsafe.Pointer) (JoinHandle[T], error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.pools) - 1; i >= 0; i-- {
		if j, err := p.pools[i].Spawn(q, m, poll); err != ErrFull {
			return j, err
		}
	}
	grown := new(Pool[T])
	grown.Init(make([]Task[T], heapFirst<<len(p.pools)))
	p.pools = append(p.pools, grown)
	return grown.Spawn(q, m, poll)
}

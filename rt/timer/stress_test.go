//go:build !tamago

package timer

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/rt/platform"
	"github.com/tamagotake/tamagotake/rt/sched"
	"github.com/tamagotake/tamagotake/rt/task"
)

// Three executors on goroutines of their own, two that turn, tasks that sleep, move and stop
// their sleeps, and others that cancel them: with the race detector. Every task ends.
func TestStress(t *testing.T) {
	clock := platform.Clock
	t.Cleanup(func() { platform.Clock = clock })
	began := time.Now()
	platform.Clock = func() int64 { return int64(time.Since(began)) }
	const tasks, rounds = 30, 20
	w := new(Wheel)
	var executors [3]sched.Executor
	stop := make(chan struct{})
	var turners, runners sync.WaitGroup
	for range 2 {
		turners.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					w.TurnN(8)
				}
			}
		})
	}
	for e := range executors {
		x := &executors[e]
		runners.Go(func() {
			r := rand.New(rand.NewPCG(uint64(e), 1))
			var js []task.JoinHandle[none]
			for i := range tasks {
				s := new(Sleep)
				s.On(w)
				n := 0
				j, err := sched.Spawn(x, new(unit), nil, func(_ *none, cx *task.Context) task.Poll {
					for s.Poll(cx) == task.Ready {
						if n++; n > rounds {
							return task.Ready
						}
						s.For(time.Duration(r.Uint32N(1 << r.UintN(20))))
					}
					if r.UintN(8) == 0 {
						s.For(time.Duration(r.Uint32N(1 << 16)))
					}
					if r.UintN(16) == 0 {
						s.Stop()
						cx.Waker().Wake()
					}
					return task.Pending
				})
				if err != nil {
					t.Error(err)
					return
				}
				js = append(js, j)
				if i%5 == 0 {
					go func() {
						time.Sleep(time.Duration(rand.Uint32N(2e6)))
						j.Cancel()
					}()
				}
			}
			sched.BlockOn(x, new(unit), nil, func(_ *none, cx *task.Context) task.Poll {
				for len(js) > 0 {
					if js[0].Poll(cx) == task.Pending {
						return task.Pending
					}
					js[0].Take()
					js = js[1:]
				}
				return task.Ready
			})
		})
	}
	runners.Wait()
	close(stop)
	turners.Wait()
	if text := w.invalid(); text != "" || w.used != 0 {
		t.Errorf("%s, levels %b", text, w.used)
	}
}

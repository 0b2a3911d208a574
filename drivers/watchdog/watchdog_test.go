package watchdog

import (
	"errors"
	"testing"
	"time"
)

// dog bites if it was not fed for its time.
type dog struct {
	timeout         time.Duration
	atNS            int64
	now             *int64
	bitten, running bool
	err             error
}

func (d *dog) Start(timeout time.Duration) (time.Duration, error) {
	if d.err != nil {
		return 0, d.err
	}
	d.timeout, d.running = timeout+7, true
	d.Feed()
	return d.timeout, nil
}

func (d *dog) Feed()       { d.atNS = *d.now }
func (d *dog) Stop() error { d.running = d.err != nil; return d.err }

func (d *dog) look() { d.bitten = d.bitten || d.running && time.Duration(*d.now-d.atNS) > d.timeout }

func TestFeeder(t *testing.T) {
	now := int64(1e9)
	d := &dog{now: &now}
	var s Feeder
	s.Feed(now) // nothing to feed
	if err := s.Start(d, Least-1, now); !errors.As(err, new(RangeError)) || d.running {
		t.Fatalf("%v for a time that is too short", err)
	}
	d.err = errors.New("broken")
	if err := s.Start(d, Least, now); err != d.err {
		t.Fatalf("%v of a broken device", err)
	}
	if timeout, _, _ := s.Stat(); timeout != 0 {
		t.Fatal("on, with a device that is not")
	}
	d.err = nil
	if err := s.Start(d, Least, now); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(d, Least, now); err != ErrRunning {
		t.Fatalf("%v when it runs", err)
	}
	for range 100 {
		now += int64(FeedEvery)
		s.Feed(now)
		d.look()
	}
	if timeout, fed, last := s.Stat(); timeout != Least+7 || fed != 100 || last != now || d.bitten {
		t.Fatalf("%d, %d, %d; bitten %v", timeout, fed, last, d.bitten)
	}
	d.err = ErrNoStop
	if err := s.Stop(); err != ErrNoStop {
		t.Fatalf("%v", err)
	}
	if timeout, _, _ := s.Stat(); timeout == 0 {
		t.Fatal("off, with a device that is not")
	}
	now += int64(Least + 8)
	if d.look(); !d.bitten {
		t.Fatal("not bitten although nobody fed it")
	}
	d.err = nil
	if err := s.Stop(); err != nil || d.running {
		t.Fatalf("%v, running %v", err, d.running)
	}
	s.Feed(now)
	if d.atNS == now {
		t.Error("fed although it is off")
	}
}

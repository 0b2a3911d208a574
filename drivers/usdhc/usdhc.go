// Package usdhc drives the SD host controller of NXP i.MX chips (uSDHC): SD cards as a
// block device.
//
//	Submit --> ring of Depth requests --> the driver's task --command--> controller, card
//	                                         |    ^                          |
//	                                         |    +---- line: done, error ---+
//	                                         v           removed
//	                                  Complete, one after the other
//
// A card does one thing at a time, so requests wait in a ring and are done in order. Each is
// one command for all its sectors, ADMA2 for the data, and one interrupt. The task is one of
// thread level: a card takes a hundred microseconds at least, and nothing is gained in front
// of the runtime.
//
// The task is straight-line code (rt/coro): as a poll function it would be a state machine of
// 20 states, in which neither the order of an identification nor the recovery from an error
// could be read.
//
// # Errors
//
// A transfer that fails is tried again, attemptsMax times in all. Before that both lines of
// the controller are reset, the card is stopped and asked for its state; if it does not come
// back it is identified again, and if it is another card, or none, what is in flight fails
// with block.Gone. All waiting is bounded: a silent card is block.TimedOut.
//
// A card is removed at any time, where the board has a switch for it ([Config].Detect), and
// the next is found when it is put in. Without a switch the slot is looked at every few
// seconds, as is a card that could not be used, and when a request comes.
//
// # Cancellation
//
// If the task is cancelled, or panics, the controller is reset, and what was in flight fails
// with block.Gone. It can be started again with the same Host; drivers/supervisor does.
//
// # Limits
//
// SD cards up to 2 TiB, up to high speed (50 MHz, four bits, 3.3 V). Not eMMC, which is
// identified in another way, and not the 1.8 V modes, which need a regulator of the board.
//
// TamaGo's soc/nxp/usdhc is not used: it polls registers without giving the processor back,
// takes its descriptors from the heap for each transfer and copies the data. Its table of
// controllers and clocks is (hal/arm).
//
// Sources: i.MX 6ULL Applications Processor Reference Manual, rev. 1 (IMX6ULLRM), chapter
// 58; SD Specifications Part A2, SD Host Controller Simplified Specification 3.00 (SDHC);
// SD-PL, see drivers/sd.
package usdhc

import (
	"fmt"
	"sync"

	"github.com/tamagotake/tamagotake/drivers/block"
	"github.com/tamagotake/tamagotake/drivers/sd"
	"github.com/tamagotake/tamagotake/hal/mmio"
	"github.com/tamagotake/tamagotake/rt/coro"
	"github.com/tamagotake/tamagotake/rt/task"
)

const (
	// Depth is how many requests can wait or be in hand.
	Depth = 8
	// SectorsMost is the length of one request at most.
	SectorsMost = 128

	attemptsMax = 3
)

// Config says where a controller is and what the board has.
type Config struct {
	Name   string
	Base   uintptr // of the registers
	Line   uint32
	RootHz uint32 // of the clock that the controller divides
	Detect bool   // a switch says whether there is a card
	Four   bool   // four data lines are connected

	Report func(text string) // told what happens to the card, one line; may be nil
}

// Host is one controller and the card in it. It is a package variable, or never moves.
type Host struct {
	Config

	mu    sync.Mutex
	info  block.Info // Sectors is 0 while there is no card
	ring  [Depth]*block.Request
	first int // of the ring: in hand, or next
	count int
	kick  bool // a user asked for a card that was not there

	table  []byte // of ADMA2 descriptors
	data   []byte // what the card says of itself over the data lines
	card   card
	self   task.Waker
	ctx    *coro.Ctx
	pauser pauser
	failed failure // what the last command ended with

	retries uint32 // of this card's transfers
}

// card is what is known of a card.
type card struct {
	address uint32 // its relative address, in the upper half
	cid     [16]byte
	csd     sd.CSD
	bySize  bool // addresses are bytes, not sectors
	four    bool
	hz      uint32
}

// Init gives the host its memory, once, before its task is spawned. Thread level.
func (h *Host) Init(c Config) {
	h.Config = c
	h.info = block.Info{Name: c.Name, BlockSize: block.SectorSize, Depth: Depth, SectorsMost: SectorsMost}
	h.table = block.Buffer(block.Alignment)
	h.data = block.Buffer(block.Alignment)
	mmio.Write32(h.Base+intSignalEn, 0)
}

// Info describes the card; Sectors is 0 while there is none.
func (h *Host) Info() block.Info {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.info
}

// Present reports whether there is a card. Thread level.
func (h *Host) Present() bool { return h.Info().Sectors != 0 }

// Where says which card it is, how it is connected, and how often a transfer to it failed
// and was tried again. Thread level.
func (h *Host) Where() string { return fmt.Sprintf("%s, %d retries", h.describe(), h.retries) }

// Register names what a block.Error of this driver cites.
func (h *Host) Register(n uint8) string { return regNames[int(n)%len(regNames)] }

// Submit is that of block.Device. While there is no card the error is a block.Error with
// the reason block.Gone.
func (h *Host) Submit(r *block.Request, w task.Waker) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.info.Sectors == 0 {
		h.kick = true
		h.self.Wake()
		return &block.Error{Device: h.Name, Op: r.Op, Sector: r.Sector, Reason: block.Gone}
	}
	if err := r.Begin(h, &h.info, w); err != nil {
		return err
	}
	if h.count == Depth {
		r.Withdraw()
		return block.ErrFull
	}
	h.ring[(h.first+h.count)%Depth] = r
	if h.count++; h.count == 1 {
		h.self.Wake() // otherwise it looks when it is done with those before
	}
	return nil
}

// next returns the oldest request, nil if there is none.
func (h *Host) next() *block.Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count == 0 {
		return nil
	}
	return h.ring[h.first]
}

// done ends the oldest request.
func (h *Host) done(reason block.Reason, register uint8, value uint32) {
	h.mu.Lock()
	r := h.ring[h.first]
	h.ring[h.first] = nil
	h.first = (h.first + 1) % Depth
	h.count--
	h.mu.Unlock()
	r.Complete(reason, register, value)
}

// here says what card there is, a zero CSD for none; then all requests fail.
func (h *Host) here(csd sd.CSD) {
	h.mu.Lock()
	h.info.Sectors = csd.Sectors
	h.info.ReadOnly = csd.ReadOnly
	h.kick = false
	h.mu.Unlock()
	for csd.Sectors == 0 && h.next() != nil {
		h.done(block.Gone, 0, 0)
	}
}

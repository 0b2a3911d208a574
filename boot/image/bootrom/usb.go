package bootrom

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"
)

// USB is a model of the boot ROM that waits for a download: commands and answers as
// IMX6ULLRM 8.9.3 has them. The zero value is a board that is open.
//
//	report 1, a command; reports 2, its data  -->  report 3, open or closed; 4, status
type USB struct {
	Closed bool // it says that it is

	boot    Boot
	dcd     region
	image   region
	command uint16
	addr    uint32
	count   uint32 // bytes that are still to come
	data    []byte
	answers [][]byte
	gone    bool // it has jumped
}

// region is memory with something in it.
type region struct {
	addr  uint32
	bytes []byte
}

// Commands and what they are answered with (IMX6ULLRM 8.9.3.1).
const (
	commandDCD, commandFile, commandJump = 0x0a0a, 0x0404, 0x0b0b

	saysOpen, saysClosed = 0x56787856, 0x12343412
	saysDCD, saysFile    = 0x128a8a12, 0x88888888
	saysNo               = 0x33333333

	commandSize = 16
	reportMax   = 1 + 1024
)

var errStall = errors.New("the endpoint stalls")

// Write takes one report.
func (u *USB) Write(report []byte) (int, error) {
	be := binary.BigEndian
	switch {
	case u.gone:
		return 0, os.ErrClosed
	case len(report) == 1+commandSize && report[0] == 1 && u.count == 0:
		c := report[1:]
		u.command, u.addr, u.count, u.data = be.Uint16(c), be.Uint32(c[2:]), be.Uint32(c[7:]), nil
		if u.command == commandJump {
			u.jump()
		}
	case len(report) > 1 && len(report) <= reportMax && report[0] == 2 && uint64(len(report)-1) <= uint64(u.count):
		u.data = append(u.data, report[1:]...)
		if u.count -= uint32(len(report) - 1); u.count == 0 {
			u.complete()
		}
	default:
		return 0, errStall
	}
	return len(report), nil
}

// Read gives the next report, or tells that there is none.
func (u *USB) Read(report []byte, _ time.Duration) (int, error) {
	if len(u.answers) == 0 {
		if u.gone {
			return 0, os.ErrClosed
		}
		return 0, os.ErrDeadlineExceeded
	}
	n := copy(report, u.answers[0])
	u.answers = u.answers[1:]
	return n, nil
}

func (u *USB) say(number byte, size int, word uint32) {
	report := make([]byte, 1+size)
	report[0] = number
	binary.BigEndian.PutUint32(report[1:], word)
	u.answers = append(u.answers, report)
}

func (u *USB) sayState() {
	if u.Closed {
		u.say(3, 4, saysClosed)
		return
	}
	u.say(3, 4, saysOpen)
}

// complete ends a command whose data has come.
func (u *USB) complete() {
	u.sayState()
	status := uint32(saysNo)
	end := uint64(u.addr) + uint64(len(u.data))
	switch u.command {
	case commandDCD:
		if (&Boot{}).canLoad(uint64(u.addr), end) == nil && len(u.data) >= 4 && u.boot.configure(u.data) == nil {
			u.dcd, status = region{u.addr, u.data}, saysDCD
		}
	case commandFile:
		if u.boot.canLoad(uint64(u.addr), end) == nil {
			u.image, status = region{u.addr, u.data}, saysFile
		}
	}
	u.say(4, 64, status)
}

// jump goes to the image, if its vector table is where the command says and there is no DCD
// left in it: that would be obeyed again, on memory that is in use.
func (u *USB) jump() {
	u.sayState()
	le := binary.LittleEndian
	v := u.image.bytes
	if u.addr != u.image.addr || len(v) < ivtLength || v[0] != 0xd1 || le.Uint32(v[20:]) != u.addr || le.Uint32(v[12:]) != 0 {
		u.say(4, 64, saysNo)
		return
	}
	u.boot.Entry, u.boot.CSF, u.gone = le.Uint32(v[4:]), le.Uint32(v[24:]), true
}

// Booted returns what the ROM has done when it has jumped. Memory is told as after a start
// from a card: from where the card's first byte would be.
func (u *USB) Booted() (*Boot, error) {
	if !u.gone {
		return nil, errors.New("the ROM has not jumped")
	}
	b := u.boot
	b.Addr = u.image.addr - ivtOffset
	b.Bytes = append(make([]byte, ivtOffset), u.image.bytes...)
	if b.Entry-u.image.addr >= uint32(len(u.image.bytes)) {
		return nil, fmt.Errorf("entry %#x is outside of what was loaded", b.Entry)
	}
	b.onChip = u.dcd
	return &b, nil
}

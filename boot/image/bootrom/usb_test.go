package bootrom

import (
	"testing"
	"time"
)

// A download that goes well, and the ways in which it does not, are in deploy/sdp. Here is
// what no host should send.
func TestUSBStalls(t *testing.T) {
	command := func(kind, count byte) []byte {
		return []byte{1, kind, kind, 0x80, 0, 0, 0, 0, 0, 0, 0, count, 0, 0, 0, 0, 0}
	}
	for name, reports := range map[string][][]byte{
		"data first":           {{2, 0}},
		"other report":         {{3, 0}},
		"nothing":              {{}},
		"short command":        {command(4, 8)[:16]},
		"command in the data":  {command(4, 8), command(4, 8)},
		"more data than said":  {command(4, 2), {2, 0, 0, 0}},
		"report too long":      {command(4, 255), append([]byte{2}, make([]byte, 1025)...)},
		"data after the data":  {command(4, 1), {2, 0}, {2, 0}},
		"empty report of data": {command(4, 1), {2}},
	} {
		u := &USB{}
		for i, r := range reports {
			_, err := u.Write(r)
			if last := i == len(reports)-1; last != (err != nil) {
				t.Errorf("%s: report %d: %v", name, i, err)
			}
		}
		if _, err := u.Booted(); err == nil {
			t.Errorf("%s: jumped", name)
		}
	}
}

// Whatever is sent, the model ends.
func FuzzUSB(f *testing.F) {
	f.Add([]byte("\x11\x01\x0a\x0a\x00\x91\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x05\x02\xd2\x00\x04\x40"))
	f.Fuzz(func(t *testing.T, b []byte) {
		u := &USB{}
		for len(b) > 0 {
			n := min(int(b[0]), len(b)-1)
			u.Write(b[1 : 1+n])
			u.Read(make([]byte, 65), time.Second)
			b = b[1+n:]
		}
		u.Booted()
	})
}
